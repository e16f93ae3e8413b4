import { findByLookupKey, isBoughtOnce } from '../catalogue/lookup.ts'
import { metadataKeys, userIdOf } from '../facts/Metadata.ts'
import type { CheckoutSessionFacts } from '../facts/StripeFacts.ts'
import { daysInSeconds } from '../policy/policy.ts'
import { type Change, emptyChange, type SnapshotVersion } from './Change.ts'

/**
 * A Checkout session's snapshot as a change: it links user and customer, closes the attempt, and in `payment` mode
 * grants what was paid for. `status: complete` is no proof of payment: only `payment_status` `paid` and
 * `no_payment_required` are (docs.stripe.com/checkout/fulfillment). In `subscription` mode the subscription's own
 * events carry the state, so the subscription must be known.
 *
 * `failure` is for `checkout.session.async_payment_failed`: the session stays complete and unpaid for
 * good.
 */
export function checkoutChange(
  session: CheckoutSessionFacts,
  version: SnapshotVersion,
  failure: 'payment_failed' | null = null,
): Change {
  const user = { user_id: userIdOf(session.metadata), customer_id: session.customerId }
  // Both are set by us on every session that we make; a session where they differ is not one of ours.
  if (user.user_id !== null && session.clientReferenceId !== user.user_id) {
    return { kind: 'unresolved', reason: 'reference_differs_from_metadata', ...user }
  }
  const attempt = (status: 'completed' | 'expired' | 'failed') => ({
    ...emptyChange,
    ...user,
    checkout: { session_id: session.sessionId, status },
  })
  if (session.status === 'expired') return attempt('expired')
  if (failure === 'payment_failed') return attempt('failed')
  if (session.status !== 'complete') return { kind: 'unresolved', reason: 'unknown_status', ...user }
  const completed = { ...attempt('completed'), links_customer: user.user_id !== null }
  if (session.mode === 'subscription') return { ...completed, required_source_id: session.subscriptionId }
  if (session.mode !== 'payment') return { kind: 'ignored', reason: 'mode_without_access', ...user }
  if (session.paymentStatus === 'unpaid') return { ...completed, reason: 'payment_pending' }
  if (session.paymentStatus !== 'paid' && session.paymentStatus !== 'no_payment_required') {
    return { kind: 'unresolved', reason: 'unknown_status', ...user }
  }
  return paid(session, version, completed)
}

function paid(
  session: CheckoutSessionFacts,
  version: SnapshotVersion,
  completed: typeof emptyChange,
): Change {
  const bought = findByLookupKey(session.metadata[metadataKeys.lookupKey] ?? null)
  if (bought?.plan.kind !== 'one_time') {
    return {
      kind: 'unresolved',
      reason: 'unknown_price',
      user_id: completed.user_id,
      customer_id: completed.customer_id,
    }
  }
  const terms = { plan: bought.planKey, plan_version: bought.price.version, quantity: 1 }
  const { durationDays } = bought.plan
  return {
    ...completed,
    source: {
      ...version,
      ...terms,
      kind: 'payment',
      source_id: session.paymentIntentId ?? session.sessionId,
      status: 'paid',
      terminal: false,
      grants_access: true,
      items: [{ ...terms, item_id: session.sessionId, interval: null, expires_at: null }],
      renews_at: null,
      cancels_at: null,
      expires_at: null,
      past_due_entered_at: null,
      past_due_grace_seconds: null,
      duration_seconds: durationDays === null ? null : daysInSeconds(durationDays),
      paid_at: version.snapshot_at,
      amount_paid: session.amountTotal,
      bought_once: isBoughtOnce(bought.planKey),
      trial_once_per_card: false,
      content: { status: 'paid', ...terms },
      content_before: null,
    },
  }
}
