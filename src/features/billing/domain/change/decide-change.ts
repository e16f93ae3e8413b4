import type { WebhookEvent } from '#src/shared/types/billing.ts'
import { type Metadata, metadataKeys } from '../facts/Metadata.ts'
import type { StripeFacts } from '../facts/StripeFacts.ts'
import type { Policy } from '../policy/policy.ts'
import { type Change, emptyChange, type SnapshotVersion } from './Change.ts'
import { priceChange } from './catalogue-drift.ts'
import { checkoutChange } from './checkout-change.ts'
import { handledEvent } from './handled-events.ts'
import { invoiceChange, invoicePaymentChange } from './invoice-change.ts'
import { disputeChange, fraudWarningChange, refundsChange } from './reversal-change.ts'
import { subscriptionChange } from './subscription-change.ts'

/** Where this app stands: events of another mode or environment are not its own. */
export interface Surroundings {
  readonly livemode: boolean
  readonly environment: string
}

/** A read of the object, in place of what the event says. */
export interface ReadStamp {
  /** The later of the answer's `Date` and the event's `created`, in whole seconds. */
  readonly at: number
  /** The row's revision seen before the read began; null where none was. */
  readonly afterRevision: number | null
}

/**
 * What an event means: pure, so that the same event always means the same. With `read`, the facts are of a read of
 * the object and are as new as the read, not as the event.
 */
export function decideChange(
  event: Pick<WebhookEvent, 'type' | 'created' | 'livemode'>,
  facts: StripeFacts,
  surroundings: Surroundings,
  policy: Policy,
  read: ReadStamp | null = null,
): Change {
  const nobody = { user_id: null, customer_id: null }
  if (event.livemode !== surroundings.livemode)
    return { kind: 'unresolved', reason: 'wrong_livemode', ...nobody }
  const environment = metadataOf(facts)[metadataKeys.environment]
  if (environment !== undefined && environment !== surroundings.environment) {
    return { kind: 'unresolved', reason: 'other_environment', ...nobody }
  }
  const version: SnapshotVersion =
    read === null
      ? {
          snapshot_at: event.created,
          snapshot_rank: handledEvent(event.type)?.rank ?? 1,
          read_after_revision: null,
        }
      : { snapshot_at: read.at, snapshot_rank: 1, read_after_revision: read.afterRevision }
  const change = meaningOf(event.type, facts, version, policy)
  return change.kind === 'change' ? { ...change, notice: handledEvent(event.type)?.notice ?? null } : change
}

function meaningOf(type: string, facts: StripeFacts, version: SnapshotVersion, policy: Policy): Change {
  const nobody = { user_id: null, customer_id: null }
  switch (facts.kind) {
    case 'subscription':
      return subscriptionChange({ now: facts.now, before: facts.before, version }, policy)
    case 'checkout_session':
      return checkoutChange(
        facts.session,
        version,
        type === 'checkout.session.async_payment_failed' ? 'payment_failed' : null,
      )
    case 'invoice':
      return invoiceChange(facts.invoice, version.snapshot_at)
    case 'invoice_payment':
      return invoicePaymentChange(facts.payment)
    case 'charge':
      return { kind: 'unresolved', reason: 'refunds_unread', ...nobody }
    case 'refunds':
      return refundsChange(facts.refunds, version)
    case 'dispute':
      return disputeChange(facts.dispute, version, policy)
    case 'fraud_warning':
      return fraudWarningChange(facts.warning, version)
    case 'customer':
      return customerChange(type, facts.customerId)
    case 'price':
      return priceChange(facts.price, type === 'price.deleted')
    case 'entitlement_summary':
      return { ...emptyChange, customer_id: facts.summary.customerId, needs_user: false }
    case 'recorded':
      return { kind: 'ignored', reason: 'recorded', ...nobody }
    case 'unreadable':
      return { kind: 'unresolved', reason: facts.reason, ...nobody }
    case 'unhandled':
      return { kind: 'ignored', reason: 'unhandled_type', ...nobody }
  }
}

/** A customer that is gone is nobody's any more; what it pays for ends with its own subscriptions. */
function customerChange(type: string, customerId: string): Change {
  if (type === 'customer.deleted') return { ...emptyChange, customer_id: customerId, ends_customer: true }
  return { kind: 'ignored', reason: 'recorded', user_id: null, customer_id: customerId }
}

function metadataOf(facts: StripeFacts): Metadata {
  switch (facts.kind) {
    case 'subscription':
      return facts.now.metadata
    case 'checkout_session':
      return facts.session.metadata
    case 'invoice':
      return facts.invoice.metadata
    default:
      return {}
  }
}
