import type { Account } from '../../../account.ts'
import type { StripeError } from '../../../errors.ts'
import type { Invoice, Subscription } from '../../../wire.ts'
import { paymentOf } from '../../invoices/payments.ts'
import { rehearse } from '../../rehearsal.ts'
import { endTrialUnpaid, unpaidTrialEnd } from '../trial-end.ts'
import { applyPatch } from './pending-update.ts'
import { billUpdate, holdUpdate, paymentRefusal } from './update-billing.ts'
import { addProrations, planUpdate, type SubscriptionUpdate } from './update-plan.ts'

/**
 * Updates the subscription (docs.stripe.com/billing/subscriptions/change). Another interval, a new anchor or the end of
 * a trial begins a new period now, which is invoiced at once; any other change of the items is prorated and billed with
 * the next invoice, or at once with `always_invoice`. `payment_behavior` says what a payment that fails does to it.
 * @throws StripeError 402 under `error_if_incomplete`, 400 for what does not fit together.
 */
export function updateSubscription(
  account: Account,
  subscription: Subscription,
  update: SubscriptionUpdate,
): void {
  const unpaidEnd = unpaidTrialEnd(account, { ...subscription, ...update.fields })
  if (update.trialEnd === 'now' && unpaidEnd !== null) {
    const patch = { ...update.fields, trial_end: account.now }
    account.change(subscription, patch, 'customer.subscription.updated')
    endTrialUnpaid(account, subscription, unpaidEnd)
    return
  }
  const plan = planUpdate(account, subscription, update)
  const behavior = update.paymentBehavior ?? 'allow_incomplete'
  if (!plan.invoices) {
    addProrations(account, plan.prorations)
    applyPatch(account, subscription, plan.patch)
    return
  }
  const charges = subscription.collection_method === 'charge_automatically'
  if (charges && (behavior === 'error_if_incomplete' || behavior === 'pending_if_incomplete')) {
    const outcome = rehearsedOutcome(account, subscription, update)
    if (outcome.invoice?.status !== 'paid') {
      if (behavior === 'error_if_incomplete') throw outcome.refusal
      holdUpdate(account, subscription, plan, update)
      return
    }
  }
  addProrations(account, plan.prorations)
  applyPatch(account, subscription, plan.patch)
  billUpdate(account, subscription, plan, update)
}

/** How the update would end, and the error that says so. */
function rehearsedOutcome(
  account: Account,
  subscription: Subscription,
  update: SubscriptionUpdate,
): { invoice: Invoice | undefined; refusal: StripeError } {
  return rehearse(account, (copy) => {
    const rehearsed = copy.need(copy.state.subscriptions, subscription.id)
    updateSubscription(copy, rehearsed, { ...update, paymentBehavior: 'allow_incomplete' })
    const invoice = copy.state.invoices.get(rehearsed.latest_invoice ?? '')
    const intent = invoice ? paymentOf(copy, invoice) : null
    return { invoice, refusal: paymentRefusal(intent) }
  })
}
