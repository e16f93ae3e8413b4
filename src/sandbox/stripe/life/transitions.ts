import type { Account } from '../account.ts'
import type { Transition, TransitionKind } from '../scheduler.ts'
import type { TestClock } from '../wire.ts'
import { expireCheckout } from './checkout/pay.ts'
import { dueDatePassed, finalizeDue, paymentDeadlinePassed, retryDue } from './invoices/due.ts'
import { decideDispute, disputeDue } from './money/disputes.ts'
import { followPayment } from './money/purpose.ts'
import { settleRefund } from './money/refunds.ts'
import { settlePayment } from './money/settlement.ts'
import { cancelPayment } from './payments.ts'
import { pauseDue, resumeDue } from './schedules/pauses.ts'
import { isPhaseDue } from './schedules/phases.ts'
import { scheduleDue } from './schedules/schedules.ts'
import {
  collectionResumes,
  firstPaymentExpired,
  pendingChangeExpired,
  renewalIsNear,
} from './subscriptions/due.ts'
import { nextDue } from './subscriptions/next-due.ts'
import { pendingItemsDue } from './subscriptions/pending-items.ts'
import { subscriptionDue } from './subscriptions/renew.ts'
import { verifyTaxId } from './tax-ids.ts'

/** What happens by itself when its moment has come: one line a kind. */
const transitions: Record<TransitionKind, (account: Account, id: string) => void> = {
  'checkout_session.expire': (account, id) => {
    const session = account.state.checkoutSessions.get(id)
    if (session?.status === 'open') expireCheckout(account, session)
  },
  'dispute.decide': (account, id) => {
    const dispute = account.state.disputes.get(id)
    if (dispute) decideDispute(account, dispute)
  },
  'dispute.due': (account, id) => {
    const dispute = account.state.disputes.get(id)
    if (dispute) disputeDue(account, dispute)
  },
  'payment_intent.expire_authorization': (account, id) => {
    const intent = account.state.paymentIntents.get(id)
    if (intent?.status === 'requires_capture') cancelPayment(account, intent, 'automatic')
  },
  'payment_intent.settle': (account, id) => {
    const intent = account.state.paymentIntents.get(id)
    if (intent && settlePayment(account, intent) !== null) followPayment(account, intent)
  },
  'tax_id.verify': (account, id) => {
    const taxId = account.state.taxIds.get(id)
    if (taxId) verifyTaxId(account, taxId)
  },
  'refund.settle': (account, id) => {
    const refund = account.state.refunds.get(id)
    if (refund) settleRefund(account, refund)
  },
  'subscription.trial_will_end': (account, id) => {
    const subscription = account.state.subscriptions.get(id)
    if (subscription?.status === 'trialing')
      account.emit('customer.subscription.trial_will_end', subscription)
  },
  'subscription.due': (account, id) => {
    const subscription = account.state.subscriptions.get(id)
    const schedule = account.state.subscriptionSchedules.get(String(subscription?.schedule))
    // A phase that begins with the period is what the period is billed by.
    if (schedule && account.scheduler.has('subscription_schedule.due', schedule.id)) {
      if (isPhaseDue(schedule, account.now)) scheduleDue(account, schedule)
    }
    if (subscription?.ended_at === null && nextDue(subscription) <= account.now) {
      subscriptionDue(account, subscription)
    }
  },
  'subscription.upcoming': (account, id) => {
    const subscription = account.state.subscriptions.get(id)
    if (subscription) renewalIsNear(account, subscription)
  },
  'subscription.pending_items': (account, id) => {
    const subscription = account.state.subscriptions.get(id)
    if (subscription) pendingItemsDue(account, subscription)
  },
  'subscription.expire': (account, id) => {
    const subscription = account.state.subscriptions.get(id)
    if (subscription) firstPaymentExpired(account, subscription)
  },
  'subscription.pending_update_expire': (account, id) => {
    const subscription = account.state.subscriptions.get(id)
    if (subscription) pendingChangeExpired(account, subscription)
  },
  'subscription.resume_collection': (account, id) => {
    const subscription = account.state.subscriptions.get(id)
    if (subscription) collectionResumes(account, subscription)
  },
  'subscription_schedule.due': (account, id) => {
    const schedule = account.state.subscriptionSchedules.get(id)
    if (schedule) scheduleDue(account, schedule)
  },
  'subscription_schedule.expiring': (account, id) => {
    const schedule = account.state.subscriptionSchedules.get(id)
    if (schedule) account.emit('subscription_schedule.expiring', schedule)
  },
  'subscription_schedule.pause': (account, id) => {
    const schedule = account.state.subscriptionSchedules.get(id)
    if (schedule) pauseDue(account, schedule)
  },
  'subscription_schedule.resume': (account, id) => {
    const schedule = account.state.subscriptionSchedules.get(id)
    if (schedule) resumeDue(account, schedule)
  },
  'invoice.finalize': (account, id) => {
    const invoice = account.state.invoices.get(id)
    if (invoice?.status === 'draft') finalizeDue(account, invoice)
  },
  'invoice.retry': (account, id) => {
    const invoice = account.state.invoices.get(id)
    if (invoice) retryDue(account, invoice)
  },
  'invoice.due': (account, id) => {
    const invoice = account.state.invoices.get(id)
    if (invoice) dueDatePassed(account, invoice)
  },
  'invoice.will_be_due': (account, id) => {
    const invoice = account.state.invoices.get(id)
    if (invoice?.status === 'open') account.emit('invoice.will_be_due', invoice)
  },
  'invoice.give_up': (account, id) => {
    const invoice = account.state.invoices.get(id)
    if (invoice) paymentDeadlinePassed(account, invoice)
  },
  'webhook.deliver': (account, id) => account.delivery.due(id),
  'webhook.release': (account, key) => account.delivery.dueHeld(key),
}

/** Performs a transition at its own moment, by the time of a test clock or, for null, the sandbox's. */
export function perform(account: Account, transition: Transition, testClock: TestClock | null = null): void {
  const { kind, id, at } = transition
  account.within({ testClock, moment: at }, () => transitions[kind](account, id))
}
