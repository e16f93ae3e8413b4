/** The kinds of object that can be read by their id. */
const READABLE = [
  'checkout_session',
  'subscription',
  'invoice',
  'invoice_payment',
  'refund',
  'dispute',
  'fraud_warning',
  'price',
] as const

export type ReadableObjectKind = (typeof READABLE)[number]

/** The kinds of object that an event can be about. */
export type StripeObjectKind =
  | ReadableObjectKind
  | 'charge'
  | 'customer'
  | 'product'
  | 'entitlement_summary'
  | 'subscription_schedule'

/** Whether an object of this kind is read where its event cannot be; of the others little is used, and that never changed. */
export function isReadable(kind: StripeObjectKind): kind is ReadableObjectKind {
  return READABLE.some((readable) => readable === kind)
}
