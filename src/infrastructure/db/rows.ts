import { z } from 'zod'
import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { isPlanKey } from '#src/features/billing/domain/catalogue/lookup.ts'
import type {
  EntitlementSource,
  HoldFact,
  UserEntitlements,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { TrialRows } from './trials.ts'

const Milliseconds = z.int().nullable()

/** A plan that a row names but the running code does not know (an older deploy beside a newer one) opens nothing. */
const Item = z.object({
  plan: z.string(),
  plan_version: z.int(),
  quantity: z.int(),
  interval: z.enum(['month', 'year']).nullable(),
  expires_at: z.number().nullable(),
})

const Fact = { object_id: z.string(), period_end: Milliseconds }

const Hold = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('pause') }),
  z.object({
    kind: z.literal('refund'),
    ...Fact,
    settled: z.number(),
    pending: z.number(),
    paid: z.number().nullable(),
  }),
  z.object({ kind: z.literal('dispute'), ...Fact, status: z.string() }),
  z.object({ kind: z.literal('fraud_warning'), ...Fact }),
  z.object({ kind: z.literal('invoice'), ...Fact, status: z.enum(['void', 'uncollectible']) }),
])

const Source = z.object({
  kind: z.enum(['subscription', 'payment', 'manual']),
  source_id: z.string(),
  status: z.string(),
  items: z.array(Item),
  expires_at: Milliseconds,
  renews_at: Milliseconds,
  cancels_at: Milliseconds,
  past_due_since: Milliseconds,
  paid_at: Milliseconds,
  duration_ms: Milliseconds,
  paid_through: Milliseconds,
  stripe_event_id: z.string().nullable(),
  holds: z.array(Hold),
})

const Entitlements = z.object({
  user_id: z.string(),
  epoch: z.int(),
  version: z.int(),
  sources: z.array(Source),
})

/** The answer of `get_user_entitlements`, in the domain's words. */
export const EntitlementsRow = Entitlements.transform(
  (row): UserEntitlements => ({
    userId: row.user_id,
    version: { epoch: row.epoch, counter: row.version },
    sources: row.sources.map(sourceOf),
  }),
)

const KeptEventRow = z
  .object({
    id: z.string(),
    type: z.string(),
    created: z.int(),
    livemode: z.boolean(),
    api_version: z.string().nullable(),
    account: z.string().nullable(),
    object_id: z.string().nullable(),
  })
  .transform(({ api_version, object_id, ...row }) => ({
    ...row,
    apiVersion: api_version,
    objectId: object_id,
  }))

/** The answer of `apply_stripe_event`. */
export const AppliedRow = z.discriminatedUnion('outcome', [
  z
    .object({
      outcome: z.enum(['applied', 'stale', 'duplicate', 'ignored', 'unresolved']),
      reason: z.string().nullable(),
      user_id: z.string().nullable(),
      entitlements: EntitlementsRow.nullable(),
      // A database of one step before keeps them for a replay.
      kept: z.array(KeptEventRow).default([]),
      trials: TrialRows,
    })
    .transform(({ user_id, ...row }) => ({ ...row, userId: user_id })),
  z.object({ outcome: z.literal('ambiguous'), reason: z.string(), revision: z.int() }),
])

const Attempt = {
  attempt_id: z.string(),
  attempt_number: z.int(),
  customer_id: z.string().nullable(),
  customers_before: z.int(),
  // A database of one step before does not say.
  subscribed_before: z.boolean().default(false),
}

/** The answer of `reserve_checkout_attempt`. */
export const ReservationRow = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['reserved', 'taken_over']), ...Attempt }),
  z.object({
    outcome: z.enum(['open', 'other_open']),
    ...Attempt,
    session_id: z.string(),
    session_url: z.string(),
    session_expires_at: z.int(),
  }),
  z.object({ outcome: z.literal('in_progress') }),
  z.object({
    outcome: z.literal('already_subscribed'),
    plan: z.custom<PlanKey>(isKnownPlan),
    status: z.string(),
  }),
])

/** The answer of `get_billing_account`. */
export const AccountRow = z.object({
  entitlements: EntitlementsRow,
  customer_id: z.string().nullable(),
  // A database of one step before does not say.
  subscribed_before: z.boolean().default(false),
  trials: TrialRows,
  invoices: z.array(
    z.object({
      invoice_id: z.string(),
      number: z.string().nullable(),
      status: z.string(),
      amount_due: z.number(),
      amount_paid: z.number(),
      currency: z.string(),
      created_at: z.int(),
      hosted_invoice_url: z.string().nullable(),
    }),
  ),
})

function sourceOf(row: z.infer<typeof Source>): EntitlementSource {
  return {
    kind: row.kind,
    sourceId: row.source_id,
    status: row.status,
    items: row.items.flatMap(({ plan, plan_version, quantity, interval, expires_at }) =>
      isPlanKey(plan)
        ? [
            {
              plan,
              planVersion: plan_version,
              quantity,
              interval,
              expiresAt: expires_at === null ? null : expires_at * 1000,
            },
          ]
        : [],
    ),
    expiresAt: row.expires_at,
    renewsAt: row.renews_at,
    cancelsAt: row.cancels_at,
    pastDueSince: row.past_due_since,
    paidAt: row.paid_at,
    durationMs: row.duration_ms,
    paidThrough: row.paid_through,
    holds: row.holds.map(holdOf),
    stripeEventId: row.stripe_event_id,
  }
}

function holdOf(row: z.infer<typeof Hold>): HoldFact {
  switch (row.kind) {
    case 'pause':
      return { kind: row.kind }
    case 'refund': {
      const { kind, object_id, settled, pending, paid, period_end } = row
      return { kind, paymentId: object_id, settled, pending, paid, periodEnd: period_end }
    }
    case 'dispute':
      return { kind: row.kind, disputeId: row.object_id, status: row.status, periodEnd: row.period_end }
    case 'fraud_warning':
      return { kind: row.kind, warningId: row.object_id, periodEnd: row.period_end }
    case 'invoice':
      return { kind: row.kind, invoiceId: row.object_id, status: row.status, periodEnd: row.period_end }
  }
}

function isKnownPlan(value: unknown): boolean {
  return typeof value === 'string' && isPlanKey(value)
}
