import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Invoice, InvoicePayment, PaymentIntent } from '../../wire.ts'
import { cancelIntentOf } from './charge.ts'
import { invoicePaymentOf, paymentOf } from './payments.ts'
import { settleInvoice } from './settle.ts'

/**
 * Adds a payment to those of an open invoice. It is credited once it has succeeded, or at once where it has
 * (docs.stripe.com/api/invoices/attach_payment).
 */
export function attachPayment(account: Account, invoice: Invoice, intent: PaymentIntent): InvoicePayment {
  const payment = account.state.invoicePayments.add({
    id: newId.invoicePayment(),
    object: 'invoice_payment',
    amount_paid: null,
    amount_requested: intent.amount,
    created: account.now,
    currency: invoice.currency,
    invoice: invoice.id,
    is_default: false,
    livemode: false,
    payment: { payment_intent: intent.id, type: 'payment_intent' },
    status: 'open',
    status_transitions: { canceled_at: null, paid_at: null },
  })
  followAttached(account, intent)
  return payment
}

/** An attached payment has gone on: what has succeeded is credited. Answers false for one that nothing attached. */
export function followAttached(account: Account, intent: PaymentIntent): boolean {
  const payment = attachedPayment(account, intent)
  if (payment === undefined) return false
  const invoice = account.state.invoices.get(String(payment.invoice))
  const isOwed = invoice?.status === 'open' || invoice?.status === 'uncollectible'
  if (isOwed && payment.status === 'open' && intent.status === 'succeeded') {
    credit(account, invoice, payment, intent.amount_received)
  }
  return true
}

function attachedPayment(account: Account, intent: PaymentIntent): InvoicePayment | undefined {
  return account.state.invoicePayments
    .newestFirst()
    .find((each) => !each.is_default && each.payment.payment_intent === intent.id)
}

/** The invoice is paid once nothing remains, which cancels its own payment; until then that is over what remains. */
function credit(account: Account, invoice: Invoice, payment: InvoicePayment, received: number): void {
  const credited = Math.min(received, invoice.amount_remaining)
  account.change(payment, {
    status: 'paid',
    amount_paid: credited,
    status_transitions: { canceled_at: null, paid_at: account.now },
  })
  account.change(
    invoice,
    {
      amount_paid: invoice.amount_paid + credited,
      amount_overpaid: invoice.amount_overpaid + received - credited,
      amount_remaining: invoice.amount_remaining - credited,
    },
    'invoice.updated',
  )
  account.emit('invoice_payment.paid', payment)
  if (invoice.amount_overpaid > 0) account.emit('invoice.overpaid', invoice)
  const own = invoicePaymentOf(account, invoice)
  if (invoice.amount_remaining > 0) {
    const intent = paymentOf(account, invoice)
    if (own) account.change(own, { amount_requested: invoice.amount_remaining })
    if (intent) account.change(intent, { amount: invoice.amount_remaining })
    return
  }
  cancelIntentOf(account, invoice)
  if (own?.status === 'open') {
    const moment = { canceled_at: account.now, paid_at: null }
    account.change(own, { status: 'canceled', status_transitions: moment })
  }
  settleInvoice(account, invoice)
}
