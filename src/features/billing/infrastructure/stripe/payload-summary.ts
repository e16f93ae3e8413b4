import { z } from 'zod'

/**
 * What an operator is shown of an event's body: an allow-list, so that nothing of a card, an address or a person is.
 * Ids, statuses, amounts and instants say what happened; everything else stays in the ledger.
 */
const SHOWN = [
  'id',
  'object',
  'status',
  'mode',
  'payment_status',
  'billing_reason',
  'reason',
  'amount',
  'amount_due',
  'amount_paid',
  'amount_refunded',
  'amount_total',
  'currency',
  'customer',
  'subscription',
  'payment_intent',
  'charge',
  'invoice',
  'cancel_at',
  'cancel_at_period_end',
  'canceled_at',
  'ended_at',
  'trial_end',
] as const

const Body = z.object({
  data: z.object({
    object: z.record(z.string(), z.unknown()),
    previous_attributes: z.record(z.string(), z.unknown()).nullish(),
  }),
})

/** The shown fields of an event's object, and the names of those that changed; null where it is no event's body. */
export interface PayloadSummary {
  readonly bytes: number
  readonly object: Readonly<Record<string, string | number | boolean>>
  readonly changed: readonly string[]
}

/** Summarises the body of an event. Pure. */
export function summarisePayload(payload: Uint8Array): PayloadSummary | null {
  const parsed = Body.safeParse(parseJson(payload))
  if (!parsed.success) return null
  const { object, previous_attributes } = parsed.data.data
  const shown = SHOWN.flatMap((name): [string, string | number | boolean][] => {
    const value = object[name]
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? [[name, value]]
      : []
  })
  return {
    bytes: payload.byteLength,
    object: Object.fromEntries(shown),
    changed: Object.keys(previous_attributes ?? {}),
  }
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(payload))
  } catch {
    return null
  }
}
