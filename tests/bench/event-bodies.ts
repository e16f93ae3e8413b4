import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import type { ModelSession, ModelSubscription } from '#tests/property/simulation/objects.ts'
import { renderEvent } from '#tests/property/simulation/render.ts'
import { filledUserId } from '#tests/support/filled-database.ts'

/** When the subscriptions of a filled database began, in whole seconds. */
const STARTED_AT = 1_750_000_000
/** When their period ends: after any run of this bench. */
const PERIOD_END = 1_950_000_000
/** A copy of a user is a millisecond older than the one before: before this no user's subscription was there. */
const BEFORE_ALL = STARTED_AT - 1_000_000
/** When passes are bought, which last for 30 days: now. */
const BOUGHT_AT = Math.floor(Date.now() / 1000)

/** What an event can be to the database, and what it must be called in the answer. */
export const EVENT_KINDS = ['updated', 'completed', 'duplicate', 'stale'] as const
export type EventKind = (typeof EVENT_KINDS)[number]

/** The outcome of each kind. */
export const OUTCOMES: Readonly<Record<EventKind, string>> = {
  updated: 'applied',
  completed: 'applied',
  duplicate: 'duplicate',
  stale: 'stale',
}

/** The body with which the subscription of the user of this number began. */
export function beginning(number: number): string {
  return subscriptionEvent(number, 'created', STARTED_AT)
}

/** The body of an event of this kind about the user of this number; `turn` makes it another one. */
export function eventBody(kind: EventKind, number: number, turn: number): string {
  switch (kind) {
    case 'updated':
      return subscriptionEvent(number, 'updated', STARTED_AT + 1 + turn)
    case 'completed':
      return purchaseEvent(number, turn)
    case 'duplicate':
      return beginning(number)
    case 'stale':
      return subscriptionEvent(number, 'updated', BEFORE_ALL + turn)
  }
}

function subscriptionEvent(number: number, type: 'created' | 'updated', at: number): string {
  const digits = digitsOf(number)
  const object: ModelSubscription = {
    kind: 'subscription',
    id: `sub_${digits}`,
    customer: `cus_${digits}`,
    metadata: ours(number),
    status: 'active',
    items: [
      {
        id: `si_${digits}`,
        lookupKey: 'tollgate_pro_monthly_v1',
        quantity: 1,
        periodStart: STARTED_AT,
        // The content is another one each time.
        periodEnd: PERIOD_END + (at - STARTED_AT),
      },
    ],
    cancelAt: null,
    cancelAtPeriodEnd: false,
    endedAt: null,
    trialEnd: null,
    pauseCollection: false,
    created: STARTED_AT,
    statusSince: STARTED_AT,
  }
  return renderEvent(
    {
      id: `evt_${at}_${digits}`,
      type: `customer.subscription.${type}`,
      created: at,
      object,
      before: type === 'created' ? null : { ...object, items: [] },
    },
    '2026-10-28.endive',
  )
}

function purchaseEvent(number: number, turn: number): string {
  const digits = digitsOf(number)
  const object: ModelSession = {
    kind: 'checkout_session',
    id: `cs_test_${turn}_${digits}`,
    mode: 'payment',
    status: 'complete',
    paymentStatus: 'paid',
    customer: `cus_${digits}`,
    clientReferenceId: filledUserId(number),
    subscription: null,
    paymentIntent: `pi_${turn}_${digits}`,
    amountTotal: 2_500,
    created: BOUGHT_AT,
    metadata: { ...ours(number), [metadataKeys.lookupKey]: 'tollgate_pass_30_days_v1' },
  }
  const event = { type: 'checkout.session.completed', created: BOUGHT_AT + turn, object, before: null }
  return renderEvent({ id: `evt_bought_${turn}_${digits}`, ...event }, '2026-10-28.endive')
}

const digitsOf = (number: number) => filledUserId(number).replaceAll('-', '')
const ours = (number: number) => ({
  [metadataKeys.userId]: filledUserId(number),
  [metadataKeys.environment]: 'local',
})
