import type Stripe from 'stripe'
import type { StripePrice } from '#src/features/billing/domain/catalogue/catalogue-steps.ts'

/**
 * What a customer can do in the portal: pay with another card, see invoices, correct their address, cancel at the
 * period's end, and change to another plan or number of seats (docs.stripe.com/customer-management/configure-portal).
 */
export function portalFeatures(
  offers: readonly string[],
  prices: readonly StripePrice[],
): Stripe.BillingPortal.ConfigurationCreateParams.Features {
  const offered = prices.filter(({ lookupKey }) => lookupKey !== null && offers.includes(lookupKey))
  const products = Map.groupBy(offered, ({ productId }) => productId)
  return {
    customer_update: { enabled: true, allowed_updates: ['email', 'address', 'tax_id'] },
    invoice_history: { enabled: true },
    payment_method_update: { enabled: true },
    subscription_cancel: { enabled: true, mode: 'at_period_end' },
    subscription_update: {
      enabled: true,
      default_allowed_updates: ['price', 'quantity'],
      proration_behavior: 'create_prorations',
      products: [...products].map(([product, own]) => ({
        product,
        prices: own.map(({ priceId }) => priceId),
      })),
    },
  }
}
