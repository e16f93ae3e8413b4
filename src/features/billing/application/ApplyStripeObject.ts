import type { AppliedChange, Change } from '#src/features/billing/domain/change/Change.ts'
import { decideChange, type Surroundings } from '#src/features/billing/domain/change/decide-change.ts'
import { withPayment } from '#src/features/billing/domain/change/reversal-change.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type {
  AppliedEvent,
  IEntitlementLedger,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IStripeObjects } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { READS_PER_EVENT_MAX } from './ApplyStripeEvent.ts'

/** An object to apply as it stands at Stripe now. */
export interface ObjectToApply {
  readonly kind: 'subscription' | 'checkout_session' | 'refund' | 'dispute'
  readonly id: string
  readonly livemode: boolean
  /** The revision of its row as seen before: the read that follows is newer, whatever the clocks say (0: no row). */
  readonly revision: number
  /** The second that its facts are of; null takes the answer's own. */
  readonly factsOf: number | null
}

/** The event type whose meaning a current object has: a snapshot of itself. */
const SNAPSHOT_OF = {
  subscription: 'customer.subscription.updated',
  checkout_session: 'checkout.session.completed',
  refund: 'refund.updated',
  dispute: 'charge.dispute.updated',
} as const

/** Applies an object of Stripe's without an event: read now, and set under the same versions as events are. */
export class ApplyStripeObject {
  readonly #ledger: IEntitlementLedger
  readonly #objects: Pick<IStripeObjects, 'read' | 'readPayment'>
  readonly #clock: Clock
  readonly #surroundings: Surroundings
  readonly #policy: Policy

  constructor(deps: {
    ledger: IEntitlementLedger
    objects: Pick<IStripeObjects, 'read' | 'readPayment'>
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

  /** What came of it; null where Stripe does not have the object, or it means nothing for access. Throws `BillingError`. */
  async execute(object: ObjectToApply): Promise<AppliedEvent | null> {
    let change = await this.#read(object, object.revision)
    for (let reads = 1; change?.kind === 'change'; reads += 1) {
      const applied = await this.#ledger.applyStripeEvent(null, change, this.#clock.now())
      if (applied.outcome !== 'ambiguous') return applied
      if (reads === READS_PER_EVENT_MAX) {
        throw new BillingError('stripe_unavailable', {
          retryable: true,
          cause: 'the object changed under every read',
        })
      }
      change =
        applied.reason === 'payment_unknown'
          ? await this.#withPayment(change)
          : await this.#read(object, applied.revision)
    }
    return null
  }

  async #read(object: ObjectToApply, revision: number): Promise<Change | null> {
    const read = await this.#objects.read(object.kind, object.id)
    if (read === null) return null
    const at = object.factsOf ?? read.answeredAt
    const event = { type: SNAPSHOT_OF[object.kind], created: at, livemode: object.livemode }
    const stamp = { at, afterRevision: revision }
    return decideChange(event, read.facts, this.#surroundings, this.#policy, stamp)
  }

  /** The same change, with whose payment it is and what it paid for. */
  async #withPayment(change: AppliedChange): Promise<Change | null> {
    if (change.required_payment_id === null) return null
    const read = await this.#objects.readPayment(change.required_payment_id)
    if (read === null) return null
    const { environment } = this.#surroundings
    return withPayment(change, read.facts, { readAt: read.answeredAt, environment })
  }
}
