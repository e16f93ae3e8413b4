import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { createDraft, editInvoice } from '../../life/invoices/draft.ts'
import { pendingItems, releaseItem } from '../../life/invoices/items.ts'
import { createRevision } from '../../life/invoices/revision.ts'
import { cancelPlans } from '../../life/invoices/stop.ts'
import { addUp } from '../../life/invoices/totals.ts'
import { discountsFor } from '../../life/redemption.ts'
import { changedMetadata } from '../../metadata.ts'
import { absent, hash, oneOf, type Params, required, text } from '../../params.ts'
import type { Invoice } from '../../wire.ts'
import { invoiceFields, invoicePatch, needDraft, planDraft } from './params.ts'

const createShape = {
  ...invoiceFields,
  currency: text(3),
  customer: text(),
  pending_invoice_items_behavior: oneOf('exclude', 'include'),
  subscription: text(),
  from_invoice: hash({ action: required(oneOf('revision')), invoice: required(text()) }),
  ...absent('customer_account'),
} as const

type CreateParams = Params<typeof createShape>

/**
 * `POST /v1/invoices`: a draft without lines, unless pending items are included. With a subscription it takes those of
 * that one only (docs.stripe.com/api/invoices/create).
 */
export const create = endpoint(hash(createShape), (account, params) => {
  const invoice = params.from_invoice ? revision(account, params) : newDraft(account, params)
  const customer = String(invoice.customer)
  const { currency: _, customer: _customer, subscription: _subscription, discounts, ...rest } = params
  const { from_invoice: _from, pending_invoice_items_behavior: _behavior, metadata, ...fields } = rest
  Object.assign(invoice, invoicePatch(account, fields, invoice), {
    metadata: changedMetadata(invoice.metadata ?? {}, metadata),
    discounts: discountsFor(account, discounts, { customer, subscription: null }) ?? invoice.discounts,
  })
  addUp(account, invoice)
  planDraft(account, invoice)
  account.emit('invoice.created', invoice)
  return invoice
})

function revision(account: Account, params: CreateParams): Invoice {
  const { from_invoice: from, customer, subscription, currency } = params
  if (customer !== undefined || subscription !== undefined || currency !== undefined) {
    throw refused('A revision has the customer and currency of its original.', 'from_invoice')
  }
  return createRevision(
    account,
    account.need(account.state.invoices, from?.invoice ?? '', 'from_invoice[invoice]'),
  )
}

function newDraft(account: Account, params: CreateParams): Invoice {
  const subscription =
    params.subscription === undefined
      ? null
      : account.need(account.state.subscriptions, params.subscription, 'subscription')
  const customerId = params.customer ?? subscription?.customer
  if (customerId == null) throw parameterMissing('customer')
  const customer = account.need(account.state.customers, String(customerId), 'customer')
  const currency = params.currency?.toLowerCase() ?? subscription?.currency ?? customer.currency
  const includes = params.pending_invoice_items_behavior === 'include' || subscription !== null
  const pending = account.state.pendingInvoiceItems.get(customer.id)?.[0] ?? ''
  const inferred = account.state.invoiceItems.get(pending)?.currency ?? 'usd'
  return createDraft(account, {
    customer,
    currency: currency ?? inferred,
    subscription,
    reason: 'manual',
    items: [],
    invoiceItems: includes
      ? pendingItems(account, customer.id, currency ?? inferred, subscription?.id ?? null).filter(
          (item) =>
            subscription === null || item.parent?.subscription_details?.subscription === subscription.id,
        )
      : [],
    discounts: [],
    period: { start: account.now, end: account.now },
    finalizesAt: null,
    autoAdvance: false,
  })
}

// docs.stripe.com/api/invoices/update: what is final cannot be changed.
const ALWAYS_EDITABLE = ['auto_advance', 'default_payment_method', 'description', 'footer', 'metadata']

/** `POST /v1/invoices/:id` */
export const update = endpoint(hash(invoiceFields), (account, params, id) => {
  const invoice = account.need(account.state.invoices, id)
  if (!Object.keys(params).every((key) => ALWAYS_EDITABLE.includes(key))) needDraft(invoice)
  const { discounts, metadata, ...fields } = params
  const given = discountsFor(account, discounts, { customer: invoice.customer, subscription: null })
  editInvoice(account, invoice, (copy) => {
    Object.assign(copy, invoicePatch(account, fields, invoice), {
      metadata: changedMetadata(invoice.metadata ?? {}, metadata),
      discounts: given ?? invoice.discounts,
    })
  })
  planDraft(account, invoice)
  return invoice
})

/** `DELETE /v1/invoices/:id`: a draft that no subscription made; what it took waits for the next invoice again. */
export const remove = endpoint(hash({}), (account, _, id) => {
  const invoice = account.need(account.state.invoices, id)
  needDraft(invoice)
  if (invoice.parent?.subscription_details && invoice.billing_reason !== 'manual') {
    throw refused('You cannot delete invoices created by subscriptions.')
  }
  for (const item of account.state.invoiceItems.values()) if (item.invoice === id) releaseItem(account, item)
  cancelPlans(account, invoice)
  account.state.invoices.delete(id)
  account.emit('invoice.deleted', invoice)
  return { id, object: 'invoice', deleted: true }
})
