import type { Change } from '#src/features/billing/domain/change/Change.ts'
import { differsFromStripe } from '#src/features/billing/domain/entitlement/stripe-entitlements.ts'
import type { EntitlementSummaryFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type {
  AppliedEvent,
  IEntitlementLedger,
  RecordedEvent,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IStripeObjects } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import type { Clock } from '#src/shared/types/clock.ts'

/**
 * Compares what Stripe's own entitlements give a customer with what is given here, when Stripe says that they changed.
 * A difference is told (`stripe_entitlements_differ`), and nothing follows from it.
 */
export class CompareStripeEntitlements {
  readonly #ledger: IEntitlementLedger
  readonly #objects: Pick<IStripeObjects, 'readActiveFeatures'>
  readonly #clock: Clock

  constructor(deps: {
    ledger: IEntitlementLedger
    objects: Pick<IStripeObjects, 'readActiveFeatures'>
    clock: Clock
  }) {
    this.#ledger = deps.ledger
    this.#objects = deps.objects
    this.#clock = deps.clock
  }

  /** The same answer, with the difference as its reason where there is one. Throws `BillingError`. */
  async execute(
    { event, change }: { event: RecordedEvent; change: Change },
    summary: EntitlementSummaryFacts,
    applied: AppliedEvent,
  ): Promise<AppliedEvent> {
    if (applied.outcome !== 'applied' || applied.entitlements === null) return applied
    const now = this.#clock.now()
    if (summary.isWhole && !differsFromStripe(summary.lookupKeys, applied.entitlements, now)) return applied
    // The event of the subscription may be under way yet: both sides are looked at once more, as they are now.
    const features = await this.#objects.readActiveFeatures(summary.customerId)
    const { entitlements } = await this.#current(event, change)
    const differs = entitlements !== null && differsFromStripe(features, entitlements, now)
    return differs ? { ...applied, reason: 'stripe_entitlements_differ' } : applied
  }

  /** A recorded event is a duplicate, and is answered with the access of now. */
  async #current(event: RecordedEvent, change: Change): Promise<AppliedEvent> {
    const again = await this.#ledger.applyStripeEvent(event, change, this.#clock.now())
    if (again.outcome === 'ambiguous') throw new TypeError('an event that was recorded is ambiguous')
    return again
  }
}
