import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Invoice, InvoicePayment, PaymentIntent, PaymentMethod, Subscription } from '../../wire.ts'
import { createPaymentIntent } from '../payments.ts'

/** The payment intent of an invoice, or null where nothing is due. */
export function paymentOf(account: Account, invoice: Invoice): PaymentIntent | null {
  const id = invoicePaymentOf(account, invoice)?.payment.payment_intent
  return (id === undefined ? undefined : account.state.paymentIntents.get(id)) ?? null
}

/** What ties an invoice to its payment. */
export function invoicePaymentOf(account: Account, invoice: Invoice): InvoicePayment | undefined {
  const id = account.state.paymentsByInvoice.get(invoice.id)
  return id === undefined ? undefined : account.state.invoicePayments.get(id)
}

/** The invoice is to be paid by this intent. */
export function addPayment(account: Account, invoice: Invoice, intent: PaymentIntent): void {
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
  account.state.invoicesByIntent.set(intent.id, invoice.id)
}

/** A new payment intent over what is due. */
export function intentFor(account: Account, invoice: Invoice): PaymentIntent {
  return createPaymentIntent(account, {
    amount: invoice.amount_due,
    currency: invoice.currency,
    customer: invoice.customer,
    description: descriptions[String(invoice.billing_reason)] ?? null,
    metadata: {},
    setup_future_usage: 'off_session',
  })
}

const descriptions: Readonly<Record<string, string>> = {
  subscription_create: 'Subscription creation',
  subscription_cycle: 'Subscription update',
  subscription_update: 'Subscription update',
}

/** The payment method that is charged: the invoice's, the subscription's, or the customer's, in this order. */
export function defaultMethod(account: Account, invoice: Invoice): PaymentMethod | undefined {
  const subscription = account.state.subscriptions.get(
    invoice.parent?.subscription_details?.subscription ?? '',
  )
  return (
    ownMethod(account, invoice) ??
    (subscription ? defaultMethodOf(account, subscription) : customersMethod(account, invoice))
  )
}

/** The payment method that a subscription's invoices are charged to: its own, or the customer's. */
export function defaultMethodOf(account: Account, subscription: Subscription): PaymentMethod | undefined {
  return ownMethod(account, subscription) ?? customersMethod(account, subscription)
}

/** A card of the older kind is a payment method of the same id; the newer default comes first. */
function ownMethod(
  account: Account,
  of: { default_payment_method: string | null; default_source: string | null },
): PaymentMethod | undefined {
  const { paymentMethods } = account.state
  return paymentMethods.get(of.default_payment_method ?? '') ?? paymentMethods.get(of.default_source ?? '')
}

function customersMethod(account: Account, of: { customer: string | null }): PaymentMethod | undefined {
  const customer = account.state.customers.get(of.customer ?? '')
  return (
    customer &&
    ownMethod(account, {
      default_payment_method: customer.invoice_settings.default_payment_method,
      default_source: customer.default_source,
    })
  )
}
