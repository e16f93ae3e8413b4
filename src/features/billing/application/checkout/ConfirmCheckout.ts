import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { isPlanKey } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { AppliedChange, Change, SourceSnapshot } from '#src/features/billing/domain/change/Change.ts'
import { decideChange, type Surroundings } from '#src/features/billing/domain/change/decide-change.ts'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import { metadataKeys, userIdOf } from '#src/features/billing/domain/facts/Metadata.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type {
  CheckoutRead,
  IStripeObjects,
  StripeRead,
} from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { Trial } from '#src/features/billing/domain/trial/Trial.ts'
import type { Entitlements } from '#src/shared/types/billing.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { ErrorReporter } from '#src/shared/types/log.ts'
import { READS_PER_EVENT_MAX } from '../ApplyStripeEvent.ts'

/** What the buyer pays now. */
export interface Receipt {
  /** In the currency's minor unit. */
  readonly amountTotal: number
  readonly currency: string
  /** False while the bank still takes its time, although Stripe has opened the subscription already. */
  readonly arrived: boolean
}

export type ConfirmCheckoutResult =
  | {
      readonly kind: 'granted'
      readonly plan: PlanKey
      readonly entitlements: Entitlements
      readonly receipt: Receipt
      /** What is known of its trial, where that is once a card. */
      readonly trial: Trial | null
    }
  /** The card had had its trial, and the subscription is over: its first payment failed, or it was cancelled since. */
  | { readonly kind: 'trial_refused'; readonly plan: PlanKey }
  /** Paid by a method that takes its time: access follows when the money does. */
  | { readonly kind: 'pending'; readonly plan: PlanKey }
  /** Not paid yet; the buyer can go on at `url`. */
  | { readonly kind: 'open'; readonly url: string }
  /** Unknown, somebody else's, over without a purchase, or bought and ended since: all the same to who asks. */
  | { readonly kind: 'not_found' }

/**
 * The page that Stripe redirects to (I8): reads the session from Stripe and applies it as the webhook would.
 * Whichever comes first applies, the other finds it done.
 */
export class ConfirmCheckout {
  readonly #ledger: IEntitlementLedger
  readonly #objects: IStripeObjects
  readonly #memory: IEventMemory
  readonly #clock: Clock
  readonly #surroundings: Surroundings
  readonly #policy: Policy
  readonly #errors: ErrorReporter

  constructor(deps: {
    ledger: IEntitlementLedger
    objects: IStripeObjects
    memory: IEventMemory
    clock: Clock
    surroundings: Surroundings
    policy: Policy
    errors: ErrorReporter
  }) {
    this.#ledger = deps.ledger
    this.#objects = deps.objects
    this.#memory = deps.memory
    this.#clock = deps.clock
    this.#surroundings = deps.surroundings
    this.#policy = deps.policy
    this.#errors = deps.errors
  }

  /** What came of a session that belongs to this user. Throws `BillingError`. */
  async execute({
    userId,
    sessionId,
  }: {
    userId: string
    sessionId: string
  }): Promise<ConfirmCheckoutResult> {
    let revision: number | null = null
    for (let reads = 0; reads < READS_PER_EVENT_MAX; reads += 1) {
      const read = await this.#objects.readCheckout(sessionId)
      const bought = read === null ? null : purchaseOf(read, userId)
      if (read === null || bought === null) return { kind: 'not_found' }
      if (read.facts.session.status === 'open') {
        return read.facts.url === null ? { kind: 'not_found' } : { kind: 'open', url: read.facts.url }
      }
      const change = this.#changeOf(read, revision)
      if (change.kind !== 'change') return { kind: 'not_found' }
      const applied = await this.#ledger.applyStripeEvent(null, change, this.#clock.now())
      if (applied.outcome === 'ambiguous') {
        revision = applied.revision
        continue
      }
      if (applied.entitlements === null || change.checkout?.status === 'expired') return { kind: 'not_found' }
      await this.#memory
        .remember(null, applied.entitlements)
        .catch((error: unknown) => this.#errors.report(error, { session_id: sessionId, user_id: userId }))
      const entitlements = decideEntitlements(applied.entitlements, this.#clock.now(), 'postgres')
      const trial = applied.trials.find(({ subscriptionId }) => subscriptionId === change.source?.source_id)
      return resultOf(read.facts, change.source, bought, entitlements, trial ?? null)
    }
    throw new BillingError('stripe_unavailable', {
      retryable: true,
      cause: 'the object changed under every read',
    })
  }

  #changeOf({ facts, answeredAt }: StripeRead<CheckoutRead>, revision: number | null): Change {
    const event = { type: 'checkout.session.completed', created: answeredAt, livemode: facts.livemode }
    // A test clock's time may be years off: then every event of the object counts as newer than this read.
    const { subscription } = facts
    const onTestClock = subscription?.kind === 'subscription' && subscription.now.testClockId !== null
    const stamp = { at: onTestClock ? 0 : answeredAt, afterRevision: revision }
    const decide = (about: Parameters<typeof decideChange>[1]) =>
      decideChange(event, about, this.#surroundings, this.#policy, stamp)
    const session = decide({ kind: 'checkout_session', session: facts.session })
    if (session.kind !== 'change' || subscription === null) return session
    const source = decide(subscription)
    return source.kind === 'change' ? withSource(session, source) : source
  }
}

/** Access is granted where the source gives it now; the session's `complete` alone proves no payment (F21). */
function resultOf(
  { amountTotal, currency, session }: CheckoutRead,
  source: SourceSnapshot | null,
  plan: PlanKey,
  entitlements: Entitlements,
  trial: Trial | null,
): ConfirmCheckoutResult {
  if (source === null || source.status === 'incomplete') return { kind: 'pending', plan }
  const isActive = entitlements.active.some(({ sourceId }) => sourceId === source.source_id)
  if (!isActive)
    return trial?.verdict === 'card_had_one' ? { kind: 'trial_refused', plan } : { kind: 'not_found' }
  const receipt = { amountTotal, currency, arrived: session.paymentStatus !== 'unpaid' }
  return { kind: 'granted', plan, entitlements, receipt, trial }
}

function withSource(session: AppliedChange, subscription: AppliedChange): AppliedChange {
  return { ...session, source: subscription.source }
}

/** The plan that this user bought on the session; null where the session is not this user's, or not one of ours. */
function purchaseOf({ facts }: StripeRead<CheckoutRead>, userId: string): PlanKey | null {
  const { clientReferenceId, metadata } = facts.session
  const plan = metadata[metadataKeys.plan] ?? ''
  const isTheirs = clientReferenceId === userId && userIdOf(metadata) === userId
  return isTheirs && isPlanKey(plan) ? plan : null
}
