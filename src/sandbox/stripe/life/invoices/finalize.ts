import type { Account } from '../../account.ts'
import { randomText } from '../../ids.ts'
import type { Invoice, PaymentIntent } from '../../wire.ts'
import { billingSettings } from '../billing-settings.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import { moveBalance } from '../customer-balance.ts'
import { addPayment, intentFor } from './payments.ts'
import { replaceOriginal } from './revision.ts'
import { addUp } from './totals.ts'

/** Why an invoice cannot be finalized, or null. */
export function whyNotFinalizable(invoice: Invoice): string | null {
  return invoice.automatic_tax.status === 'requires_location_inputs'
    ? "The customer's location isn't recognized. Set a valid customer address in order to automatically calculate tax."
    : null
}

/**
 * Turns the draft into a numbered, open invoice with its payment, after the customer's balance has been taken into
 * account (docs.stripe.com/billing/customer/balance). `intent` is a payment that already exists (that of the checkout);
 * an invoice of nothing needs none. Answers false where it cannot be finalized, which emits
 * `invoice.finalization_failed` and leaves a draft.
 */
export function finalizeInvoice(account: Account, invoice: Invoice, intent?: PaymentIntent): boolean {
  account.scheduler.cancel('invoice.finalize', invoice.id)
  account.state.draftEvents.delete(invoice.id)
  addUp(account, invoice)
  // What a checkout has charged whole leaves nothing for the customer's balance to pay.
  if (intent?.amount === invoice.total) {
    Object.assign(invoice, { amount_due: invoice.total, amount_remaining: invoice.total })
  }
  const refusal = whyNotFinalizable(invoice)
  if (refusal !== null) {
    account.change(invoice, {
      auto_advance: false,
      automatically_finalizes_at: null,
      last_finalization_error: {
        code: 'customer_tax_location_invalid',
        message: refusal,
        type: 'invalid_request_error',
      },
    })
    account.emit('invoice.finalization_failed', invoice)
    return false
  }
  account.change(invoice, {
    status: 'open',
    number: invoice.number ?? nextNumber(account, String(invoice.customer)),
    auto_advance: invoice.amount_due > 0 && invoice.auto_advance === true,
    automatically_finalizes_at: null,
    effective_at: invoice.effective_at ?? account.now,
    ending_balance: applyBalance(account, invoice),
    hosted_invoice_url: `${account.url}/invoices/${invoice.id}`,
    invoice_pdf: `${account.url}/invoices/${invoice.id}`,
    last_finalization_error: null,
    status_transitions: { ...invoice.status_transitions, finalized_at: account.now },
  })
  if (invoice.amount_due > 0) addPayment(account, invoice, intent ?? intentFor(account, invoice))
  account.emit('invoice.finalized', invoice)
  if (invoice.from_invoice) replaceOriginal(account, invoice)
  if (invoice.amount_due > 0 && invoice.due_date !== null) planDueDate(account, invoice, invoice.due_date)
  return true
}

/** What is left of the customer's balance once the invoice has used it. A negative balance is a credit. */
function applyBalance(account: Account, invoice: Invoice): number {
  const customer = account.state.customers.get(String(invoice.customer))
  const before = invoice.starting_balance
  const after = before + invoice.total - invoice.amount_due
  if (customer && after !== before) {
    moveBalance(account, customer, {
      amount: after - before,
      type: 'applied_to_invoice',
      currency: invoice.currency,
      invoice: invoice.id,
    })
  }
  return after
}

function planDueDate(account: Account, invoice: Invoice, dueDate: number): void {
  account.scheduler.plan('invoice.due', invoice.id, dueDate)
  const { willBeDueDays } = billingSettings(account)
  if (willBeDueDays !== null) {
    const at = Math.max(account.now, dueDate - willBeDueDays * SECONDS_PER_DAY)
    account.scheduler.plan('invoice.will_be_due', invoice.id, at)
  }
}

function nextNumber(account: Account, customerId: string): string {
  const customer = account.state.customers.get(customerId)
  const sequence = customer?.next_invoice_sequence ?? 1
  if (customer) customer.next_invoice_sequence = sequence + 1
  const prefix = customer?.invoice_prefix ?? randomText(8).toUpperCase()
  return `${prefix}-${String(sequence).padStart(4, '0')}`
}
