import type { Account } from '../../account.ts'
import type { Invoice, PaymentMethod } from '../../wire.ts'
import { type ChargeOutcome, chargeFor } from './charge.ts'
import { defaultMethod, paymentOf } from './payments.ts'
import { markFailed, markPaid } from './settle.ts'

/** How an attempt to collect an invoice ended. */
export type CollectionOutcome = 'paid' | Exclude<ChargeOutcome, 'succeeded'>

export interface Attempt {
  /** Default: the invoice's, the subscription's or the customer's. */
  method?: PaymentMethod | undefined
  /** The customer is at hand, as they are when a request makes the invoice. Default false. */
  isOnSession?: boolean
}

/**
 * Tries to collect an open invoice. Where the bank wants the customer, both `invoice.payment_failed` and
 * `invoice.payment_action_required` are sent (docs.stripe.com/billing/subscriptions/overview#requires-action).
 */
export function collectInvoice(account: Account, invoice: Invoice, attempt: Attempt = {}): CollectionOutcome {
  const intent = paymentOf(account, invoice)
  if (intent === null) {
    markPaid(account, invoice)
    return 'paid'
  }
  const method = attempt.method ?? defaultMethod(account, invoice)
  const outcome =
    method === undefined ? 'declined' : chargeFor(account, intent, method, attempt.isOnSession !== true)
  if (outcome === 'succeeded') {
    markPaid(account, invoice)
    return 'paid'
  }
  if (outcome !== 'processing') markFailed(account, invoice)
  if (outcome === 'requires_action') account.emit('invoice.payment_action_required', invoice)
  return outcome
}

/** What follows finalizing: it is charged, or sent; one that comes to nothing is paid. */
export function advanceInvoice(
  account: Account,
  invoice: Invoice,
  attempt: Attempt = {},
): CollectionOutcome | 'sent' {
  if (invoice.collection_method === 'send_invoice' && invoice.amount_due > 0) {
    account.emit('invoice.sent', invoice)
    return 'sent'
  }
  return collectInvoice(account, invoice, attempt)
}
