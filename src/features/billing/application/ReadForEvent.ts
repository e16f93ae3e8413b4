import type { AppliedChange, Change } from '#src/features/billing/domain/change/Change.ts'
import type { ReadStamp } from '#src/features/billing/domain/change/decide-change.ts'
import { handledEvent } from '#src/features/billing/domain/change/handled-events.ts'
import { withPayment } from '#src/features/billing/domain/change/reversal-change.ts'
import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import { isReadable, type ReadableObjectKind } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import type { RecordedEvent } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IStripeObjects, StripeRead } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'

/** What to write, and the facts that it was decided from. */
export interface Decision {
  readonly facts: StripeFacts
  readonly change: Change
}

/** Whether the event says too little to write anything: an unknown shape, or a refund without its refunds. */
export function mustReadFirst({ facts, change }: Decision): boolean {
  if (change.kind !== 'unresolved') return false
  return facts.kind === 'charge'
    ? change.reason === 'refunds_unread'
    : facts.kind === 'unreadable' && change.reason === facts.reason
}

/** What is read from Stripe for an event that cannot say everything by itself. Throws `BillingError`. */
export class ReadForEvent {
  readonly #objects: IStripeObjects
  readonly #decide: (event: RecordedEvent, facts: StripeFacts, read: ReadStamp) => Change
  readonly #environment: string

  constructor(deps: {
    objects: IStripeObjects
    decide: (event: RecordedEvent, facts: StripeFacts, read: ReadStamp) => Change
    environment: string
  }) {
    this.#objects = deps.objects
    this.#decide = deps.decide
    this.#environment = deps.environment
  }

  /** The change that the object itself calls for, as newer than this revision of its row. */
  async object(
    event: RecordedEvent,
    { facts, change }: Decision,
    revision: number | null,
  ): Promise<Decision> {
    const read = await this.#read(event, facts)
    if (read === null) return { facts, change: kept('object_not_found') }
    const fresh = this.#decide(event, read.facts, {
      at: stampOf(read, event.created),
      afterRevision: revision,
    })
    if (facts.kind !== 'checkout_session') return { facts: read.facts, change: keepPayment(fresh, change) }
    return { facts, change: besideSubscription(change, fresh) }
  }

  /** The same change, with whose payment it is and what it paid for. */
  async payment(event: RecordedEvent, { facts, change }: Decision): Promise<Decision> {
    if (change.kind !== 'change' || change.required_payment_id === null) return { facts, change }
    const read = await this.#objects.readPayment(change.required_payment_id)
    if (read === null) return { facts, change: kept('object_not_found') }
    const readAt = Math.max(read.answeredAt, event.created)
    return { facts, change: withPayment(change, read.facts, { readAt, environment: this.#environment }) }
  }

  /** A session that waits for its subscription needs that; a charge needs its refunds; anything else itself. */
  async #read(event: RecordedEvent, facts: StripeFacts): Promise<StripeRead | null> {
    if (facts.kind === 'charge') return this.#objects.readRefunds(facts.paymentId)
    if (facts.kind === 'refunds' && event.type === 'charge.refunded') {
      const paymentId = facts.refunds[0]?.paymentId ?? null
      return paymentId === null ? null : this.#objects.readRefunds(paymentId)
    }
    const [kind, id] = objectToRead(event, facts)
    return kind === null || id === null ? null : this.#objects.read(kind, id)
  }
}

function objectToRead(event: RecordedEvent, facts: StripeFacts): [ReadableObjectKind | null, string | null] {
  if (facts.kind === 'checkout_session') return ['subscription', facts.session.subscriptionId]
  const kind = handledEvent(event.type)?.object ?? null
  return [kind !== null && isReadable(kind) ? kind : null, event.objectId]
}

/** What a session says by itself, beside the subscription that was read for it. */
function besideSubscription(session: Change, subscription: Change): Change {
  if (session.kind !== 'change' || subscription.kind !== 'change') return subscription
  const reason = session.reason ?? subscription.reason
  return { ...session, required_source_id: null, reason, source: subscription.source }
}

/** What was learned of a payment by an earlier read stays learned. */
function keepPayment(fresh: Change, before: Change): Change {
  if (fresh.kind !== 'change' || before.kind !== 'change') return fresh
  if (fresh.required_payment_id === null || before.required_payment_id !== null) return fresh
  const { user_id, customer_id, invoices, invoice_payments }: AppliedChange = before
  return { ...fresh, required_payment_id: null, user_id, customer_id, invoices, invoice_payments }
}

function kept(reason: string): Change {
  return { kind: 'unresolved', reason, user_id: null, customer_id: null }
}

/** An object on a test clock lives at another time than the answer's `Date`: then the event's own second counts. */
function stampOf(read: StripeRead, created: number): number {
  const onTestClock = read.facts.kind === 'subscription' && read.facts.now.testClockId !== null
  return onTestClock ? created : Math.max(read.answeredAt, created)
}
