import type { AppliedChange, Change } from '#src/features/billing/domain/change/Change.ts'
import {
  decideChange,
  type ReadStamp,
  type Surroundings,
} from '#src/features/billing/domain/change/decide-change.ts'
import { handledEvent } from '#src/features/billing/domain/change/handled-events.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type {
  Applied,
  IEntitlementLedger,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type {
  IStripeObjects,
  StripeObjectKind,
  StripeRead,
} from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { Clock } from '#src/shared/types/clock.ts'

/** How often an object is read for one event before Stripe is asked to deliver it again. */
export const READS_PER_EVENT_MAX = 3

/** What to write, and the facts that it was decided from. */
interface Decision {
  readonly facts: StripeFacts
  readonly change: Change
}

/** An event that was applied: never ambiguous any more. */
export type AppliedEvent = Exclude<Applied, { outcome: 'ambiguous' }>

/**
 * Applies one Stripe event: decides what it means, writes it in one call, and reads the object from Stripe where the
 * event alone cannot say (a true tie, an unknown shape, a subscription that nobody has told of yet).
 */
export class ApplyStripeEvent {
  readonly #ledger: IEntitlementLedger
  readonly #objects: IStripeObjects
  readonly #clock: Clock
  readonly #surroundings: Surroundings
  readonly #policy: Policy

  constructor(deps: {
    ledger: IEntitlementLedger
    objects: IStripeObjects
    clock: Clock
    surroundings: Surroundings
    policy: Policy
  }) {
    this.#ledger = deps.ledger
    this.#objects = deps.objects
    this.#clock = deps.clock
    this.#surroundings = deps.surroundings
    this.#policy = deps.policy
  }

  /**
   * The outcome, durable when it is returned (I3). Throws `BillingError`: retryable where Stripe should deliver the
   * event again, and then nothing was written.
   */
  async execute({ event, facts }: ParsedEvent): Promise<AppliedEvent> {
    const decided = decideChange(event, facts, this.#surroundings, this.#policy)
    const unreadable =
      facts.kind === 'unreadable' && decided.kind === 'unresolved' && decided.reason === facts.reason
    let reads = unreadable ? 1 : 0
    let attempt: Decision = unreadable ? await this.#read({ event, facts }, null) : { facts, change: decided }
    for (;;) {
      const applied = await this.#write(event, attempt.change)
      if (applied.outcome !== 'ambiguous') return applied
      if (reads === READS_PER_EVENT_MAX) break
      reads += 1
      attempt = await this.#read({ event, facts: attempt.facts }, applied.revision)
    }
    throw new BillingError('stripe_unavailable', {
      retryable: true,
      cause: 'the object changed under every read',
    })
  }

  /**
   * What the database cannot store is the same at every delivery: it is kept for an operator instead of being
   * refused, since Stripe would retry for days and then disable the endpoint (F8).
   */
  async #write(event: RecordedEvent, change: Change): Promise<Applied> {
    try {
      return await this.#ledger.applyStripeEvent(event, change, this.#clock.now())
    } catch (error) {
      if (!(error instanceof BillingError) || error.code !== 'database_refused') throw error
      return this.#ledger.applyStripeEvent(event, keep('refused_by_database'), this.#clock.now())
    }
  }

  /** The change that the object itself calls for, and the facts to go on from should that be ambiguous again. */
  async #read({ event, facts }: ParsedEvent, revision: number | null): Promise<Decision> {
    const [kind, id] = objectToRead(event, facts)
    const read = id === null ? null : await this.#objects.read(kind, id)
    if (read === null) return { facts, change: keep('object_not_found') }
    const stamp: ReadStamp = { at: stampOf(read, event.created), afterRevision: revision }
    const fresh = decideChange(event, read.facts, this.#surroundings, this.#policy, stamp)
    if (facts.kind !== 'checkout_session') return { facts: read.facts, change: fresh }
    const own = this.#ownPart(event, facts)
    return {
      facts,
      change:
        own === null || fresh.kind !== 'change'
          ? fresh
          : { ...own, reason: own.reason ?? fresh.reason, source: fresh.source, holds: fresh.holds },
    }
  }

  /** What a session says by itself, beside the subscription that was read for it. */
  #ownPart(event: RecordedEvent, facts: StripeFacts): AppliedChange | null {
    const change = decideChange(event, facts, this.#surroundings, this.#policy)
    return change.kind === 'change' ? change : null
  }
}

function keep(reason: string): Change {
  return { kind: 'unresolved', reason, user_id: null, customer_id: null }
}

/** A session that waits for its subscription needs the subscription; anything else needs its own object. */
function objectToRead(event: RecordedEvent, facts: StripeFacts): [StripeObjectKind, string | null] {
  if (facts.kind === 'checkout_session') return ['subscription', facts.session.subscriptionId]
  return [handledEvent(event.type)?.object ?? 'subscription', event.objectId]
}

/** An object on a test clock lives at another time than the answer's `Date`: then the event's own second counts. */
function stampOf(read: StripeRead, created: number): number {
  const onTestClock = read.facts.kind === 'subscription' && read.facts.now.testClockId !== null
  return onTestClock ? created : Math.max(read.answeredAt, created)
}
