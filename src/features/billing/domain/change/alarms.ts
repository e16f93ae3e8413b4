/** Reasons of events that were done with, and that somebody should know of all the same. */
const ALARMS: ReadonlySet<string | null> = new Set([
  // An issuer suspects fraud: a dispute may follow (docs.stripe.com/disputes/measuring#early-fraud-warnings).
  'fraud_warning',
  // A subscription has an item that opens nothing, since the catalogue lacks its price.
  'unknown_price',
  // F40: two are live of what is bought once; one is to be cancelled and refunded by a person.
  'second_purchase',
  // F82: somebody who was forgotten is charged all the same.
  'forgotten_user_pays',
  // Stripe's own entitlements give other features than our catalogue.
  'stripe_entitlements_differ',
  'catalogue_inactive_price',
  'catalogue_other_amount',
  'catalogue_other_currency',
  'catalogue_other_interval',
])

/** Whether an operator should be told although there is nothing left to do for this event. */
export function isAlarm(reason: string | null): boolean {
  return ALARMS.has(reason)
}
