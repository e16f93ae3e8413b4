import { createHmac } from 'node:crypto'

/** A signing secret of a webhook endpoint. */
export const SECRET_A = 'whsec_a0123456789abcdef0123456789abcd'

/** The signing secret of another endpoint, or of the same one before it was rotated. */
export const SECRET_B = 'whsec_b0123456789abcdef0123456789abcd'

/** The newest API version that the parser knows: what the SDK speaks. */
export const NEWEST_VERSION = '2026-10-28.endive'

/** The bytes of a text. */
export function bytes(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

/** `v1` of docs.stripe.com/webhooks#verify-manually, computed without the SDK. */
export function signature(secret: string, stamp: number | string, body: Uint8Array): string {
  return createHmac('sha256', secret).update(`${stamp}.`).update(body).digest('hex')
}

/** A `Stripe-Signature` header as Stripe sends it. */
export function signatureHeader(secret: string, stamp: number | string, body: Uint8Array): string {
  return `t=${stamp},v1=${signature(secret, stamp, body)}`
}

/** The body of an event. */
export function eventBody(changes: Record<string, unknown> = {}, object: object = SUBSCRIPTION): Uint8Array {
  return bytes(
    JSON.stringify({
      id: 'evt_1',
      object: 'event',
      type: 'customer.subscription.updated',
      created: 1_800_000_000,
      livemode: false,
      api_version: NEWEST_VERSION,
      data: { object },
      ...changes,
    }),
  )
}

/** A subscription as it has looked since 2025-03-31: the period is the item's. */
export const SUBSCRIPTION = {
  id: 'sub_1',
  object: 'subscription',
  customer: 'cus_1',
  status: 'active',
  metadata: { tollgate_user_id: '11111111-1111-4111-8111-111111111111' },
  items: {
    object: 'list',
    has_more: false,
    data: [
      {
        id: 'si_1',
        quantity: 1,
        price: { id: 'price_1', lookup_key: 'tollgate_pro_monthly_v1' },
        current_period_start: 1_797_321_600,
        current_period_end: 1_900_000_000,
      },
    ],
  },
  cancel_at: null,
  cancel_at_period_end: false,
  ended_at: null,
  trial_end: null,
  pause_collection: null,
  test_clock: null,
}

/** The same subscription as it looked until 2025-02: the period is its own. */
export const OLDER_SUBSCRIPTION = {
  ...SUBSCRIPTION,
  items: {
    ...SUBSCRIPTION.items,
    data: [{ id: 'si_1', quantity: 1, price: { id: 'price_1', lookup_key: 'tollgate_pro_monthly_v1' } }],
  },
  current_period_end: 1_900_000_000,
}
