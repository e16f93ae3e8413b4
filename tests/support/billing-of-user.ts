import { randomUUID } from 'node:crypto'
import type { AppliedChange } from '#src/features/billing/domain/change/Change.ts'
import { checkoutChange } from '#src/features/billing/domain/change/checkout-change.ts'
import { invoiceChange } from '#src/features/billing/domain/change/invoice-change.ts'
import { subscriptionChange } from '#src/features/billing/domain/change/subscription-change.ts'
import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import type { SubscriptionFacts } from '#src/features/billing/domain/facts/SubscriptionFacts.ts'
import type { RecordedEvent } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import type { LedgerUnderTest } from './ledger-under-test.ts'
import { invoiceFacts, sessionFacts, subscriptionFacts } from './stripe-facts.ts'

/** The instant at which the tests of the database happen, in whole seconds and in milliseconds. */
export const NOW_SECONDS = 1_800_000_000
export const NOW_MS = NOW_SECONDS * 1000

/** What a snapshot says and when: `at` in whole seconds, `before` where the event tells it. */
interface Snapshot {
  readonly at: number
  readonly rank?: 0 | 1 | 2
  readonly facts?: Partial<SubscriptionFacts>
  readonly before?: Partial<SubscriptionFacts>
  readonly readAfterRevision?: number
}

/** An event of Stripe's, as the ledger keeps it. */
export function event(id = `evt_${randomUUID().replaceAll('-', '')}`, created = NOW_SECONDS): RecordedEvent {
  return {
    id,
    type: 'customer.subscription.updated',
    created,
    livemode: false,
    apiVersion: '2026-10-28.endive',
    account: null,
    objectId: null,
    payload: new TextEncoder().encode(`{"id":"${id}"}`),
  }
}

/** A user with the ids that Stripe gave them, and what their events would say. */
export async function billingOfUser({ service, addUser, source }: LedgerUnderTest) {
  const userId = await addUser()
  const tag = userId.replaceAll('-', '')
  const ids = { customerId: `cus_${tag}`, subscriptionId: `sub_${tag}` }
  const ours = { [metadataKeys.userId]: userId, [metadataKeys.environment]: 'local' }
  const facts = (changes: Partial<SubscriptionFacts> = {}) =>
    subscriptionFacts({ ...ids, metadata: ours, ...changes })

  const subscription = ({ at, rank = 1, facts: now, before, readAfterRevision }: Snapshot): AppliedChange => {
    const version = { snapshot_at: at, snapshot_rank: rank, read_after_revision: readAfterRevision ?? null }
    const snapshot = { now: facts(now), before: before ? facts({ ...now, ...before }) : null, version }
    return asApplied(subscriptionChange(snapshot, policy))
  }
  const pass = (at: number, which = ''): AppliedChange => {
    const version = { snapshot_at: at, snapshot_rank: 1, read_after_revision: null }
    const lookupKey = { [metadataKeys.lookupKey]: 'tollgate_pass_30_days_v1' }
    const session = sessionFacts({
      sessionId: `cs_test_${tag}${which}`,
      paymentIntentId: `pi_${tag}${which}`,
      customerId: ids.customerId,
      clientReferenceId: userId,
      metadata: { ...ours, ...lookupKey },
    })
    return asApplied(checkoutChange(session, version))
  }
  const invoice = (status: string, at: number): AppliedChange =>
    asApplied(invoiceChange(invoiceFacts({ ...ids, invoiceId: `in_${tag}`, status, metadata: ours }), at))

  return {
    userId,
    ...ids,
    /** What Tollgate writes on this user's objects. */
    metadata: ours,
    service,
    subscription,
    pass,
    invoice,
    /** Applies a change as an event of its own, and gives the word of the answer. */
    async apply(change: AppliedChange, of = event()): Promise<string> {
      return (await service.applyStripeEvent(of, change, NOW_MS)).outcome
    },
    row: () => source(userId),
    async version(): Promise<number> {
      return (await service.getUserEntitlements(userId, NOW_MS)).version.counter
    },
    async access(now = NOW_MS) {
      return (await service.getUserEntitlements(userId, now)).sources
    },
  }
}

export type BillingOfUser = Awaited<ReturnType<typeof billingOfUser>>

function asApplied(change: { readonly kind: string }): AppliedChange {
  if (change.kind !== 'change') throw new Error(`not a change: ${JSON.stringify(change)}`)
  return change as AppliedChange
}
