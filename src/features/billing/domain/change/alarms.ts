/** Reasons of events that were done with, and that somebody should know of all the same. */
const ALARMS: ReadonlySet<string> = new Set([
  // An issuer suspects fraud: a dispute may follow (docs.stripe.com/disputes/measuring#early-fraud-warnings).
  'fraud_warning',
  // A subscription has an item that opens nothing, since the catalogue lacks its price.
  'unknown_price',
  'catalogue_inactive_price',
  'catalogue_other_amount',
  'catalogue_other_currency',
  'catalogue_other_interval',
])

/** Whether an operator should be told although there is nothing left to do for this event. */
export function isAlarm(reason: string | null): boolean {
  return reason !== null && ALARMS.has(reason)
}
