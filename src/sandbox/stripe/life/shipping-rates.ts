import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { ShippingRate } from '../wire.ts'

type Estimate = NonNullable<ShippingRate['delivery_estimate']>

export interface ShippingRateRequest {
  display_name: string
  /** In the minor unit. */
  fixed_amount: { amount: number; currency: string; currency_options?: Record<string, CurrencyOption> }
  delivery_estimate?: Partial<Estimate> | undefined
  metadata: Record<string, string>
  tax_behavior?: ShippingRate['tax_behavior'] | undefined
  tax_code?: string | undefined
}

interface CurrencyOption {
  amount: number
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified'
}

/** What a delivery costs (docs.stripe.com/api/shipping_rates). Nothing is emitted: Stripe has no event for it. */
export function createShippingRate(account: Account, request: ShippingRateRequest): ShippingRate {
  const { delivery_estimate: estimate, fixed_amount: fixed, tax_behavior: behavior } = request
  return account.state.shippingRates.add({
    id: newId.shippingRate(),
    object: 'shipping_rate',
    active: true,
    created: account.now,
    delivery_estimate: estimate
      ? { maximum: estimate.maximum ?? null, minimum: estimate.minimum ?? null }
      : null,
    display_name: request.display_name,
    fixed_amount: {
      amount: fixed.amount,
      currency: fixed.currency,
      ...(fixed.currency_options && { currency_options: optionsOf(fixed.currency_options) }),
    },
    livemode: false,
    metadata: request.metadata,
    tax_behavior: behavior ?? 'unspecified',
    tax_code: request.tax_code ?? null,
    type: 'fixed_amount',
  })
}

/** The amounts in other currencies, as the rate shows them. */
export function optionsOf(given: Readonly<Record<string, CurrencyOption>>) {
  return Object.fromEntries(
    Object.entries(given).map(([currency, { amount, tax_behavior: behavior = 'unspecified' }]) => [
      currency,
      { amount, tax_behavior: behavior },
    ]),
  )
}

/** What the rate costs in a currency, in its minor unit; null where it has no such price. */
export function shippingAmount(rate: ShippingRate, currency: string): number | null {
  const fixed = rate.fixed_amount
  if (fixed?.currency === currency) return fixed.amount
  return fixed?.currency_options?.[currency]?.amount ?? null
}
