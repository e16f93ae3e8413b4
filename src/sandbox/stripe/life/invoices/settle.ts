import type { Account } from '../../account.ts'
import type { Invoice, PaymentIntent } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import { moveBalance } from '../customer-balance.ts'
import { invoiceFailed, invoiceGivenUp, invoicePaid, invoiceVoided } from '../subscriptions/follow.ts'
import { cancelIntentOf } from './charge.ts'
import { invoicePaymentOf } from './payments.ts'
import { retryDelayDays } from './retries.ts'
import { cancelPlans } from './stop.ts'

/** The invoice is settled: by its payment, or because nothing was due. Its subscription follows. */
export function markPaid(account: Account, invoice: Invoice): void {
  close(account, invoice, {
    amount_paid: invoice.amount_due,
    amount_remaining: 0,
    attempt_count: invoice.attempt_count + (invoice.amount_due > 0 ? 1 : 0),
  })
  const payment = invoicePaymentOf(account, invoice)
  if (payment !== undefined) {
    account.change(payment, {
      status: 'paid',
      amount_paid: payment.amount_requested,
      status_transitions: { canceled_at: null, paid_at: account.now },
    })
    account.emit('invoice_payment.paid', payment)
  }
  invoicePaid(account, invoice)
}

/** Payments that were attached to the invoice have paid it: it is settled, and its subscription follows. */
export function settleInvoice(account: Account, invoice: Invoice): void {
  close(account, invoice, {})
  invoicePaid(account, invoice)
}

/** The invoice is paid, and nothing more is planned for it. */
function close(account: Account, invoice: Invoice, amounts: Partial<Invoice>): void {
  cancelPlans(account, invoice)
  account.change(
    invoice,
    {
      ...amounts,
      status: 'paid',
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
      status_transitions: { ...invoice.status_transitions, paid_at: account.now },
    },
    'invoice.updated',
  )
  delete invoice.status_details
  account.emit('invoice.paid', invoice)
  account.emit('invoice.payment_succeeded', invoice)
}

/**
 * The invoice was paid outside Stripe: its own payment is canceled, and only `invoice.paid` is sent, since no payment
 * attempt succeeded (docs.stripe.com/api/events/types).
 */
export function markPaidOutOfBand(account: Account, invoice: Invoice): void {
  cancelPlans(account, invoice)
  cancelIntentOf(account, invoice)
  account.change(
    invoice,
    {
      status: 'paid',
      amount_paid: invoice.amount_due,
      amount_paid_off_stripe: invoice.amount_due,
      amount_remaining: 0,
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
      status_transitions: { ...invoice.status_transitions, paid_at: account.now },
    },
    'invoice.updated',
  )
  delete invoice.status_details
  account.emit('invoice.paid', invoice)
  invoicePaid(account, invoice)
}

/** One attempt failed. `next_payment_attempt` tells whether another comes. The subscription follows. */
export function markFailed(account: Account, invoice: Invoice): void {
  const delayDays = retryDelayDays(account, invoice)
  const next = delayDays === null ? null : account.now + delayDays * SECONDS_PER_DAY
  account.change(
    invoice,
    {
      attempt_count: invoice.attempt_count + 1,
      attempted: true,
      auto_advance: next !== null,
      next_payment_attempt: next,
    },
    'invoice.updated',
  )
  account.emit('invoice.payment_failed', invoice)
  if (next !== null) account.scheduler.plan('invoice.retry', invoice.id, next)
  invoiceFailed(account, invoice)
}

/**
 * Voids an open or uncollectible invoice: nothing is owed any more, and the customer's balance is what it was
 * (docs.stripe.com/invoicing/overview#void).
 */
export function voidInvoice(account: Account, invoice: Invoice): void {
  cancelPlans(account, invoice)
  cancelIntentOf(account, invoice)
  returnBalance(account, invoice)
  account.change(
    invoice,
    {
      status: 'void',
      auto_advance: false,
      next_payment_attempt: null,
      status_transitions: { ...invoice.status_transitions, voided_at: account.now },
    },
    'invoice.updated',
  )
  delete invoice.status_details
  account.emit('invoice.voided', invoice)
  invoiceVoided(account, invoice)
}

export type UncollectibleReason = NonNullable<
  NonNullable<Invoice['status_details']>['uncollectible']
>['reason']

/** Gives an open invoice up without forgiving it: it can still be paid. */
export function markUncollectible(account: Account, invoice: Invoice, reason: UncollectibleReason): void {
  cancelPlans(account, invoice)
  account.change(
    invoice,
    {
      status: 'uncollectible',
      auto_advance: false,
      next_payment_attempt: null,
      status_details: { uncollectible: { reason } },
      status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: account.now },
    },
    'invoice.updated',
  )
  account.emit('invoice.marked_uncollectible', invoice)
  invoiceGivenUp(account, invoice)
}

/**
 * The payment intent of an invoice has succeeded or failed by itself or through the API: the invoice follows, and so
 * does its subscription.
 */
export function settleByIntent(account: Account, intent: PaymentIntent): void {
  const invoice = account.state.invoices.get(account.state.invoicesByIntent.get(intent.id) ?? '')
  if (invoice?.status !== 'open' && invoice?.status !== 'uncollectible') return
  if (intent.status === 'succeeded') markPaid(account, invoice)
  else if (intent.status === 'requires_payment_method') markFailed(account, invoice)
}

/** What the invoice took from the customer's balance, or put on it, goes back. */
function returnBalance(account: Account, invoice: Invoice): void {
  const customer = account.state.customers.get(String(invoice.customer))
  const used = (invoice.ending_balance ?? invoice.starting_balance) - invoice.starting_balance
  if (customer && used !== 0) {
    moveBalance(account, customer, {
      amount: -used,
      type: 'unapplied_from_invoice',
      currency: invoice.currency,
      invoice: invoice.id,
    })
  }
}
