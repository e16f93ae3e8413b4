import type { Account } from '../../account.ts'
import type { Invoice, Subscription } from '../../wire.ts'
import { advanceInvoice } from '../invoices/collect.ts'
import { finalizeInvoice } from '../invoices/finalize.ts'
import { paymentOf } from '../invoices/payments.ts'
import { rehearse } from '../rehearsal.ts'
import { paymentRefusal } from './changes/update-billing.ts'
import type { PaymentBehavior } from './changes/update-plan.ts'
import { createSubscription, firstInvoice, type SubscriptionRequest } from './create.ts'
import { planNext } from './next-due.ts'
import type { OneTimeItem } from './one-time.ts'
import { planPendingItems } from './pending-items.ts'
import { askForMethod } from './pending-setup.ts'

export interface StartRequest extends SubscriptionRequest {
  oneTime: readonly OneTimeItem[]
  /** That of the schedule's phase which begins with the subscription. */
  phaseEnd?: number
  paymentBehavior: PaymentBehavior
  /** The customer is at hand: a bank that asks makes the payment wait for them, in place of declining. */
  isOnSession: boolean
  /** What a request for a later cancellation makes of the subscription. */
  cancellation: (made: Subscription) => Partial<Subscription>
}

/**
 * Starts a subscription through the API, with its first invoice and its first payment
 * (docs.stripe.com/billing/subscriptions/overview#payment-behavior). `customer.subscription.created` shows how it came
 * out; it is sent first, and everything bears one second.
 * @throws StripeError 402 under `error_if_incomplete` where the first payment fails: nothing has happened then.
 */
export function startSubscription(account: Account, request: StartRequest): Subscription {
  const charges = request.fields?.collection_method !== 'send_invoice'
  const waits = charges && request.trial_end === null
  const outcome = waits ? rehearse(account, (copy) => outcomeOf(copy, request)) : null
  if (outcome?.invoice.status !== 'paid' && request.paymentBehavior === 'error_if_incomplete' && outcome) {
    throw outcome.refusal
  }
  const isDue = (outcome?.invoice.amount_due ?? 0) > 0
  const defers = request.paymentBehavior === 'default_incomplete' && isDue
  const isIncomplete = outcome !== null && isDue && (defers || outcome.invoice.status !== 'paid')
  const made = make(account, request, isIncomplete ? 'incomplete' : undefined)
  if (!isDue) askForMethod(account, made.subscription)
  account.emit('customer.subscription.created', made.subscription)
  account.emit('invoice.created', made.invoice)
  if (!charges && request.trial_end === null) {
    planFinalization(account, made.invoice)
    return made.subscription
  }
  if (finalizeInvoice(account, made.invoice) && !defers) advanceInvoice(account, made.invoice, request)
  return made.subscription
}

function make(
  account: Account,
  request: StartRequest,
  status: 'incomplete' | undefined,
): { subscription: Subscription; invoice: Invoice } {
  const subscription = createSubscription(account, { ...request, ...(status ? { status } : {}) })
  Object.assign(subscription, request.cancellation(subscription))
  planNext(account, subscription)
  planPendingItems(account, subscription)
  const invoice = firstInvoice(account, subscription, {
    oneTime: request.oneTime,
    ...(request.phaseEnd === undefined ? {} : { phaseEnd: request.phaseEnd }),
    prorates: request.prorates ?? true,
    isDraft: subscription.collection_method === 'send_invoice' && request.trial_end === null,
  })
  return { subscription, invoice }
}

function outcomeOf(copy: Account, request: StartRequest) {
  const { invoice } = make(copy, request, 'incomplete')
  if (finalizeInvoice(copy, invoice)) advanceInvoice(copy, invoice, request)
  return { invoice, refusal: paymentRefusal(paymentOf(copy, invoice)) }
}

function planFinalization(account: Account, invoice: Invoice): void {
  if (invoice.automatically_finalizes_at !== null) {
    account.scheduler.plan('invoice.finalize', invoice.id, invoice.automatically_finalizes_at)
  }
}
