import { z } from 'zod'
import type { EntitlementSummaryFacts, PriceFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import { stripeId, Text } from './fields.ts'

const Price = z.object({
  id: stripeId('price'),
  lookup_key: Text.nullish(),
  active: z.boolean(),
  currency: Text,
  unit_amount: z.int().nullish(),
  recurring: z.object({ interval: Text, interval_count: z.int() }).nullish(),
})

/** A price in our words; null where it has not the shape of one. */
export function priceFacts(object: unknown): PriceFacts | null {
  const parsed = Price.safeParse(object)
  if (!parsed.success) return null
  const price = parsed.data
  return {
    priceId: price.id,
    lookupKey: price.lookup_key ?? null,
    active: price.active,
    currency: price.currency,
    unitAmount: price.unit_amount ?? null,
    interval: price.recurring?.interval ?? null,
    intervalCount: price.recurring?.interval_count ?? null,
  }
}

const Summary = z.object({
  customer: stripeId('cus'),
  entitlements: z.object({ data: z.array(z.object({ lookup_key: Text })), has_more: z.boolean() }),
})

/** The entitlements that Stripe derives itself, in our words; null where it has not the shape of them. */
export function entitlementSummaryFacts(object: unknown): EntitlementSummaryFacts | null {
  const parsed = Summary.safeParse(object)
  if (!parsed.success) return null
  const { customer, entitlements } = parsed.data
  return {
    customerId: customer,
    lookupKeys: entitlements.data.map(({ lookup_key }) => lookup_key),
    isWhole: !entitlements.has_more,
  }
}

const Customer = z.object({ id: stripeId('cus') })

/** A customer's id; null where the object has not the shape of a customer. */
export function customerId(object: unknown): string | null {
  const parsed = Customer.safeParse(object)
  return parsed.success ? parsed.data.id : null
}
