import { randomUUID } from 'node:crypto'
import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import { filledUserId } from '#tests/support/filled-database.ts'
import { type SandboxEvent, sandboxEvents } from '#tests/support/sandbox-events.ts'

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

/** The bodies that are posted, whole as Stripe's own: what it costs to read, keep and compress them is of an event's cost. */
export interface EventBodies {
  /** The body with which the subscription of the user of this number began. */
  beginning(number: number): string
  /** The body of an event of this kind about the user of this number; `turn` makes it another one. */
  of(kind: EventKind, number: number, turn: number): string
}

/** Makes bodies out of what the stand-in for Stripe posts, with the ids and moments of the users of a filled database. */
export async function createEventBodies(): Promise<EventBodies> {
  const events = await sandboxEvents(randomUUID())
  const subscription = events.find(({ type }) => type === 'customer.subscription.created')
  const purchase = events.find(
    ({ type, data }) => type === 'checkout.session.completed' && data.object.mode === 'payment',
  )
  if (subscription === undefined || purchase === undefined) throw new Error('nobody has bought')
  const beginning = (number: number) => subscriptionEvent(subscription, number, 'created', STARTED_AT)
  const of = (kind: EventKind, number: number, turn: number) => {
    switch (kind) {
      case 'updated':
        return subscriptionEvent(subscription, number, 'updated', STARTED_AT + 1 + turn)
      case 'completed':
        return purchaseEvent(purchase, number, turn)
      case 'duplicate':
        return beginning(number)
      case 'stale':
        return subscriptionEvent(subscription, number, 'updated', BEFORE_ALL + turn)
    }
  }
  return { beginning, of }
}

function subscriptionEvent(
  made: SandboxEvent,
  number: number,
  type: 'created' | 'updated',
  at: number,
): string {
  const digits = digitsOf(number)
  const items = made.data.object.items as { readonly data: readonly Record<string, unknown>[] }
  const itemsUntil = (end: number) => ({
    ...items,
    data: items.data.map((item) => ({
      ...item,
      id: `si_${digits}`,
      subscription: `sub_${digits}`,
      current_period_start: STARTED_AT,
      current_period_end: end,
    })),
  })
  const object = {
    ...made.data.object,
    id: `sub_${digits}`,
    customer: `cus_${digits}`,
    metadata: { ...(made.data.object.metadata as object), ...ours(number) },
    created: STARTED_AT,
    // The content is another one each time.
    items: itemsUntil(PERIOD_END + (at - STARTED_AT)),
  }
  return bodyOf({
    ...made,
    id: `evt_${at}_${digits}`,
    type: `customer.subscription.${type}`,
    created: at,
    data: { object, ...(type === 'updated' && { previous_attributes: { items: itemsUntil(STARTED_AT) } }) },
  })
}

function purchaseEvent(made: SandboxEvent, number: number, turn: number): string {
  const digits = digitsOf(number)
  const object = {
    ...made.data.object,
    id: `cs_test_${turn}_${digits}`,
    customer: `cus_${digits}`,
    client_reference_id: filledUserId(number),
    payment_intent: `pi_${turn}_${digits}`,
    metadata: { ...(made.data.object.metadata as object), ...ours(number) },
    created: BOUGHT_AT,
  }
  const id = `evt_bought_${turn}_${digits}`
  return bodyOf({ ...made, id, created: BOUGHT_AT + turn, data: { object } })
}

/** As Stripe writes it. */
const bodyOf = (event: SandboxEvent) => JSON.stringify(event, null, 2)
const digitsOf = (number: number) => filledUserId(number).replaceAll('-', '')
const ours = (number: number) => ({
  [metadataKeys.userId]: filledUserId(number),
  [metadataKeys.environment]: 'local',
})
