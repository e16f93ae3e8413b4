import type { Change } from '#src/features/billing/domain/change/Change.ts'
import {
  decideChange,
  type ReadStamp,
  type Surroundings,
} from '#src/features/billing/domain/change/decide-change.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type {
  Applied,
  AppliedEvent,
  IEntitlementLedger,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IStripeObjects } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { CompareStripeEntitlements } from './CompareStripeEntitlements.ts'
import { type Decision, mustReadFirst, ReadForEvent } from './ReadForEvent.ts'

/** How often Stripe is asked about one event before it is asked to deliver it again. */
export const READS_PER_EVENT_MAX = 3

/** Of what was kept the body is not at hand, and need not be: the object is read. */
const UNREAD: StripeFacts = { kind: 'unreadable', reason: 'unknown_shape' }
const NO_PAYLOAD = new Uint8Array()

/**
 * Applies one Stripe event: decides what it means, writes it in one call, and reads from Stripe what the event alone
 * cannot say (a true tie, an unknown shape, a subscription that nobody has told of yet, what a payment was for).
 */
export class ApplyStripeEvent {
  readonly #ledger: IEntitlementLedger
  readonly #clock: Clock
  readonly #decide: (event: RecordedEvent, facts: StripeFacts, read?: ReadStamp) => Change
  readonly #reads: ReadForEvent
  readonly #stripeEntitlements: CompareStripeEntitlements

  constructor(deps: {
    ledger: IEntitlementLedger
    objects: IStripeObjects
    clock: Clock
    surroundings: Surroundings
    policy: Policy
  }) {
    this.#ledger = deps.ledger
    this.#clock = deps.clock
    this.#decide = (event, facts, read) => decideChange(event, facts, deps.surroundings, deps.policy, read)
    this.#stripeEntitlements = new CompareStripeEntitlements(deps)
    this.#reads = new ReadForEvent({
      objects: deps.objects,
      decide: this.#decide,
      environment: deps.surroundings.environment,
    })
  }

  /**
   * The outcome, durable when it is returned (I3). Throws `BillingError`: retryable where Stripe should deliver the
   * event again: then nothing was written, or what its user's kept events are about is still to be read.
   */
  async execute(parsed: ParsedEvent): Promise<AppliedEvent> {
    const applied = await this.#apply(parsed)
    let { entitlements } = applied
    for (const kept of applied.kept) {
      const read = await this.#apply({ event: { ...kept, payload: NO_PAYLOAD }, facts: UNREAD })
      entitlements = read.entitlements ?? entitlements
    }
    return { ...applied, entitlements }
  }

  async #apply({ event, facts }: ParsedEvent): Promise<AppliedEvent> {
    let decision: Decision = { facts, change: this.#decide(event, facts) }
    let reads = 0
    if (mustReadFirst(decision)) {
      decision = await this.#reads.object(event, decision, null)
      reads = 1
    }
    for (;;) {
      const applied = await this.#write(event, decision.change)
      if (applied.outcome !== 'ambiguous') {
        if (facts.kind !== 'entitlement_summary') return applied
        return this.#stripeEntitlements.execute({ event, change: decision.change }, facts.summary, applied)
      }
      if (reads === READS_PER_EVENT_MAX) break
      reads += 1
      decision =
        applied.reason === 'payment_unknown'
          ? await this.#reads.payment(event, decision)
          : await this.#reads.object(event, decision, applied.revision)
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
      const kept: Change = {
        kind: 'unresolved',
        reason: 'refused_by_database',
        user_id: null,
        customer_id: null,
      }
      return this.#ledger.applyStripeEvent(event, kept, this.#clock.now())
    }
  }
}
