import type { Account } from '../account.ts'
import { newId, randomText } from '../ids.ts'
import type { Invoice, InvoicePayment, PaymentIntent, PaymentMethod } from '../wire.ts'
import { SECONDS_PER_DAY } from './calendar.ts'
import { confirmPayment } from './money/confirmation.ts'
import { createPaymentIntent } from './payments.ts'

/** Days from one failed attempt to the next; after the last one Stripe gives up. */
export const RETRY_DAYS: readonly number[] = [3, 5, 7]

/**
 * Turns the draft into a numbered, open invoice with its payment. `intent` is a payment that already exists (that of
 * the checkout); an invoice of nothing needs none.
 */
export function finalizeInvoice(account: Account, invoice: Invoice, intent?: PaymentIntent): void {
  account.scheduler.cancel('invoice.finalize', invoice.id)
  account.change(invoice, {
    status: 'open',
    number: nextNumber(account, String(invoice.customer)),
    auto_advance: invoice.amount_due > 0,
    automatically_finalizes_at: null,
    effective_at: account.now,
    ending_balance: 0,
    hosted_invoice_url: `${account.url}/invoices/${invoice.id}`,
    invoice_pdf: `${account.url}/invoices/${invoice.id}`,
    status_transitions: { ...invoice.status_transitions, finalized_at: account.now },
  })
  if (invoice.amount_due > 0) addPayment(account, invoice, intent ?? intentFor(account, invoice))
  account.emit('invoice.finalized', invoice)
}

/**
 * Tries to collect an open invoice without the customer. Answers whether it is paid now. A failure counts the attempt
 * and plans the next one where one is left.
 */
export function collectInvoice(account: Account, invoice: Invoice): boolean {
  const intent = paymentOf(account, invoice)
  if (intent === null) {
    markPaid(account, invoice)
    return true
  }
  const method = defaultMethod(account, invoice)
  const request = { isOffSession: true, returnUrl: null, refusesAction: true }
  const outcome = method && confirmPayment(account, intent, { ...request, method })
  if (outcome?.kind === 'succeeded') {
    markPaid(account, invoice)
    return true
  }
  markFailed(account, invoice)
  return false
}

/** The invoice is settled: by its payment, or because nothing was due. */
export function markPaid(account: Account, invoice: Invoice): void {
  account.scheduler.cancel('invoice.retry', invoice.id)
  account.change(
    invoice,
    {
      status: 'paid',
      amount_paid: invoice.amount_due,
      amount_remaining: 0,
      attempt_count: invoice.attempt_count + (invoice.amount_due > 0 ? 1 : 0),
      attempted: true,
      auto_advance: false,
      next_payment_attempt: null,
      status_transitions: { ...invoice.status_transitions, paid_at: account.now },
    },
    'invoice.updated',
  )
  account.emit('invoice.paid', invoice)
  account.emit('invoice.payment_succeeded', invoice)
  const payment = invoicePaymentOf(account, invoice)
  if (payment === undefined) return
  account.change(payment, {
    status: 'paid',
    amount_paid: payment.amount_requested,
    status_transitions: { canceled_at: null, paid_at: account.now },
  })
  account.emit('invoice_payment.paid', payment)
}

/** One attempt failed. `next_payment_attempt` tells whether another comes. */
export function markFailed(account: Account, invoice: Invoice): void {
  const delayDays = RETRY_DAYS[invoice.attempt_count]
  const next = delayDays === undefined ? null : account.now + delayDays * SECONDS_PER_DAY
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
}

/** Voids an open invoice: nothing is owed any more. */
export function voidInvoice(account: Account, invoice: Invoice): void {
  stopCollecting(account, invoice)
  account.change(invoice, {
    status: 'void',
    status_transitions: { ...invoice.status_transitions, voided_at: account.now },
  })
  account.emit('invoice.voided', invoice)
}

/** Gives an open invoice up without forgiving it. */
export function markUncollectible(account: Account, invoice: Invoice): void {
  stopCollecting(account, invoice)
  account.change(invoice, {
    status: 'uncollectible',
    status_transitions: { ...invoice.status_transitions, marked_uncollectible_at: account.now },
  })
  account.emit('invoice.marked_uncollectible', invoice)
}

/** No further attempt will be made by itself. */
export function stopCollecting(account: Account, invoice: Invoice): void {
  account.scheduler.cancel('invoice.finalize', invoice.id)
  account.scheduler.cancel('invoice.retry', invoice.id)
  account.change(invoice, {
    auto_advance: false,
    next_payment_attempt: null,
    automatically_finalizes_at: null,
  })
}

/** The payment intent of an invoice, or null where nothing is due. */
export function paymentOf(account: Account, invoice: Invoice): PaymentIntent | null {
  const id = invoicePaymentOf(account, invoice)?.payment.payment_intent
  return (id === undefined ? undefined : account.state.paymentIntents.get(id)) ?? null
}

function invoicePaymentOf(account: Account, invoice: Invoice): InvoicePayment | undefined {
  const id = account.state.paymentsByInvoice.get(invoice.id)
  return id === undefined ? undefined : account.state.invoicePayments.get(id)
}

function addPayment(account: Account, invoice: Invoice, intent: PaymentIntent): void {
  const payment = account.state.invoicePayments.add({
    id: newId.invoicePayment(),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: invoice.amount_due,
    created: account.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: true,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  })
  account.state.paymentsByInvoice.set(invoice.id, payment.id)
}

function intentFor(account: Account, invoice: Invoice): PaymentIntent {
  return createPaymentIntent(account, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    description: 'Subscription update',
    metadata: {},
    setup_future_usage: null,
  })
}

function defaultMethod(account: Account, invoice: Invoice): PaymentMethod | undefined {
  const subscription = account.state.subscriptions.get(
    invoice.parent?.subscription_details?.subscription ?? '',
  )
  const customer = account.state.customers.get(String(invoice.customer))
  const id = subscription?.default_payment_method ?? customer?.invoice_settings.default_payment_method
  return id ? account.state.paymentMethods.get(id) : undefined
}

function nextNumber(account: Account, customerId: string): string {
  const customer = account.state.customers.get(customerId)
  const sequence = customer?.next_invoice_sequence ?? 1
  if (customer) customer.next_invoice_sequence = sequence + 1
  const prefix = customer?.invoice_prefix ?? randomText(8).toUpperCase()
  return `${prefix}-${String(sequence).padStart(4, '0')}`
}
