import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { refused, type StripeError } from '../../errors.ts'
import { attachPayment } from '../../life/invoices/attach-payment.ts'
import { advanceInvoice, collectInvoice } from '../../life/invoices/collect.ts'
import { finalizeInvoice, whyNotFinalizable } from '../../life/invoices/finalize.ts'
import { paymentOf } from '../../life/invoices/payments.ts'
import { markPaidOutOfBand, markUncollectible, voidInvoice } from '../../life/invoices/settle.ts'
import { paymentRefusal } from '../../life/subscriptions/changes/update-billing.ts'
import { absent, emptyable, flag, hash, required, text } from '../../params.ts'
import type { Invoice } from '../../wire.ts'
import { needDraft } from './params.ts'

/** `POST /v1/invoices/:id/finalize`. One of nothing is paid at once; one that advances is collected within the hour. */
export const finalize = endpoint(hash({ auto_advance: flag() }), (account, params, id) => {
  const invoice = account.need(account.state.invoices, id)
  if (invoice.status !== 'draft') {
    throw refused(
      "This invoice is already finalized, you can't re-finalize a non-draft invoice.",
      undefined,
      'invoice_not_editable',
    )
  }
  if (params.auto_advance !== undefined) invoice.auto_advance = params.auto_advance
  finalizeOrRefuse(account, invoice)
  if (invoice.amount_due === 0) collectInvoice(account, invoice)
  else if (invoice.auto_advance) advanceSoon(account, invoice)
  return invoice
})

/** `POST /v1/invoices/:id/pay` */
export const pay = endpoint(
  hash({
    forgive: flag(),
    off_session: flag(),
    paid_out_of_band: flag(),
    payment_method: text(),
    mandate: emptyable(text()),
    source: text(),
  }),
  (account, params, id) => {
    const invoice = account.need(account.state.invoices, id)
    if (invoice.status === 'paid') throw notPayable('Invoice is already paid')
    if (invoice.status === 'void') throw notPayable('Invoice is void and cannot be paid.')
    if (invoice.status === 'draft') finalizeOrRefuse(account, invoice)
    if (params.paid_out_of_band) {
      markPaidOutOfBand(account, invoice)
      return invoice
    }
    if (params.mandate != null) account.need(account.state.mandates, params.mandate, 'mandate')
    if (params.source !== undefined) account.need(account.state.cards, params.source, 'source')
    const named = params.payment_method ?? params.source
    const method =
      named === undefined ? undefined : account.need(account.state.paymentMethods, named, 'payment_method')
    const outcome = collectInvoice(account, invoice, { method, isOnSession: params.off_session === false })
    if (outcome === 'declined' || outcome === 'requires_action') {
      throw paymentRefusal(paymentOf(account, invoice))
    }
    return invoice
  },
)

/** `POST /v1/invoices/:id/attach_payment` */
export const attach = endpoint(
  hash({ payment_intent: required(text()), ...absent('payment_record') }),
  (account, params, id) => {
    const invoice = account.need(account.state.invoices, id)
    const intent = account.need(account.state.paymentIntents, params.payment_intent, 'payment_intent')
    if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
      throw refused(`A payment is attached to an open invoice. This invoice is ${invoice.status}.`)
    }
    if (intent.customer !== invoice.customer || intent.currency !== invoice.currency) {
      throw refused('The payment must be of the customer and currency of the invoice.', 'payment_intent')
    }
    if (intent.status === 'canceled' || account.state.invoicesByIntent.has(intent.id)) {
      throw refused('This payment is canceled, or belongs to an invoice.', 'payment_intent')
    }
    attachPayment(account, invoice, intent)
    return invoice
  },
)

/** `POST /v1/invoices/:id/send`: sends it to the customer, finalizing it first. */
export const send = endpoint(hash({}), (account, _, id) => {
  const invoice = account.need(account.state.invoices, id)
  if (invoice.collection_method !== 'send_invoice') {
    throw refused('You can only manually send an invoice if its collection method is `send_invoice`.')
  }
  if (invoice.status === 'draft') finalizeOrRefuse(account, invoice)
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    throw refused(`This invoice is ${invoice.status} and cannot be sent.`)
  }
  account.emit('invoice.sent', invoice)
  return invoice
})

/** `POST /v1/invoices/:id/void` */
export const makeVoid = endpoint(hash({}), (account, _, id) => {
  const invoice = account.need(account.state.invoices, id)
  if (invoice.status !== 'open' && invoice.status !== 'uncollectible') {
    throw refused(`You can only pass in open or uncollectible invoices. This invoice is ${invoice.status}.`)
  }
  voidInvoice(account, invoice)
  return invoice
})

/** `POST /v1/invoices/:id/mark_uncollectible` */
export const giveUp = endpoint(hash({}), (account, _, id) => {
  const invoice = account.need(account.state.invoices, id)
  if (invoice.status === 'draft') finalizeOrRefuse(account, invoice)
  if (invoice.status !== 'open') {
    throw refused(`You can only mark an open invoice as uncollectible. This invoice is ${invoice.status}.`)
  }
  markUncollectible(account, invoice, 'user_forgiven')
  return invoice
})

function finalizeOrRefuse(account: Account, invoice: Invoice): void {
  needDraft(invoice)
  if (finalizeInvoice(account, invoice)) return
  throw refused(whyNotFinalizable(invoice) ?? '', undefined, 'customer_tax_location_invalid')
}

/** An invoice that is charged by itself is charged an hour after it was finalized; one that is sent goes out now. */
function advanceSoon(account: Account, invoice: Invoice): void {
  if (invoice.collection_method === 'send_invoice') {
    advanceInvoice(account, invoice)
    return
  }
  const at = account.now + 3600
  account.change(invoice, { next_payment_attempt: at })
  account.scheduler.plan('invoice.retry', invoice.id, at)
}

function notPayable(message: string): StripeError {
  return refused(message)
}
