import { z } from 'zod'
import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { isPlanKey } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'

/**
 * The format of a cached value. Raised when its shape changes, so that during a deploy old and new code each read
 * what they understand and take the rest for a miss. `epoch` and `counter` stand at the top in every format: the
 * script that compares versions reads them.
 */
const FORMAT = 2

const Instant = z.number().nullable()

const Hold = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pause') }),
  z.object({
    kind: z.literal('refund'),
    paymentId: z.string(),
    settled: z.number(),
    pending: z.number(),
    paid: z.number().nullable(),
    periodEnd: Instant,
  }),
  z.object({
    kind: z.literal('dispute'),
    disputeId: z.string(),
    status: z.string(),
    periodEnd: Instant,
  }),
  z.object({ kind: z.literal('fraud_warning'), warningId: z.string(), periodEnd: Instant }),
  z.object({
    kind: z.literal('invoice'),
    invoiceId: z.string(),
    status: z.enum(['void', 'uncollectible']),
    periodEnd: Instant,
  }),
])

const Value = z.object({
  format: z.literal(FORMAT),
  epoch: z.int(),
  counter: z.int(),
  /** From this instant on (milliseconds) something in here has expired, and Postgres must be asked. */
  valid_until: Instant,
  sources: z.array(
    z.object({
      kind: z.enum(['subscription', 'payment', 'manual']),
      sourceId: z.string(),
      status: z.string(),
      items: z.array(
        z.object({
          plan: z.custom<PlanKey>((plan) => typeof plan === 'string' && isPlanKey(plan)),
          planVersion: z.int(),
          quantity: z.int(),
          interval: z.enum(['month', 'year']).nullable(),
          expiresAt: Instant,
        }),
      ),
      expiresAt: Instant,
      renewsAt: Instant,
      cancelsAt: Instant,
      pastDueSince: Instant,
      paidAt: Instant,
      durationMs: Instant,
      paidThrough: Instant,
      holds: z.array(Hold),
      stripeEventId: z.string().nullable(),
    }),
  ),
})

/** A cached value with the instant from which on it may not be used. */
export interface CachedEntitlements {
  readonly entitlements: UserEntitlements
  readonly validUntil: number | null
}

export function encodeEntitlements({ entitlements, validUntil }: CachedEntitlements): string {
  const { version, sources } = entitlements
  return JSON.stringify({ format: FORMAT, ...version, valid_until: validUntil, sources })
}

/** The value of a user's key; null where there is none, or none that this code understands. */
export function decodeEntitlements(userId: string, value: string | null): CachedEntitlements | null {
  if (value === null) return null
  const parsed = Value.safeParse(parseJson(value))
  if (!parsed.success) return null
  const { epoch, counter, sources, valid_until } = parsed.data
  return { entitlements: { userId, version: { epoch, counter }, sources }, validUntil: valid_until }
}

function parseJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return null
  }
}
