import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { SECONDS_PER_DAY } from '../../life/calendar.ts'
import { metadata } from '../../metadata.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
} from '../../params.ts'
import type { Invoice } from '../../wire.ts'
import { automaticTaxParam, discountsParam, taxRatesFor, taxRatesParam } from '../billing/params.ts'
import { presentationFields, presentationPatch } from './presentation.ts'

/** What creating and updating an invoice have in common. */
export const invoiceFields = {
  auto_advance: flag(),
  automatic_tax: automaticTaxParam,
  automatically_finalizes_at: integer(1),
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  custom_fields: emptyable(listOf(hash({ name: required(text(40)), value: required(text(140)) }), 4)),
  days_until_due: integer(0, 365),
  default_payment_method: text(),
  default_tax_rates: taxRatesParam,
  description: emptyable(text(1500)),
  discounts: discountsParam,
  due_date: integer(1),
  effective_at: emptyable(integer(1)),
  footer: emptyable(text()),
  metadata: metadata(),
  number: emptyable(text(26)),
  statement_descriptor: text(22),
  ...presentationFields,
  ...absent('application_fee_amount', 'issuer', 'on_behalf_of', 'transfer_data'),
} as const

interface FieldValues extends Params<typeof presentationFields> {
  auto_advance?: boolean
  automatic_tax?: { enabled: boolean }
  automatically_finalizes_at?: number
  collection_method?: 'charge_automatically' | 'send_invoice'
  custom_fields?: { name: string; value: string }[] | null
  days_until_due?: number
  default_payment_method?: string
  default_tax_rates?: string[] | null
  description?: string | null
  due_date?: number
  effective_at?: number | null
  footer?: string | null
  number?: string | null
  statement_descriptor?: string
}

/** What the parameters make of a draft's plain fields. */
export function invoicePatch(account: Account, params: FieldValues, before: Invoice): Partial<Invoice> {
  const {
    automatic_tax: tax,
    days_until_due: days,
    default_tax_rates: rates,
    auto_advance,
    account_tax_ids,
    default_source,
    payment_settings,
    rendering,
    shipping_cost,
    shipping_details,
    ...plain
  } = params
  const method = params.collection_method ?? before.collection_method
  if (method !== 'send_invoice' && (days !== undefined || params.due_date !== undefined)) {
    throw refused('A due date goes with `collection_method=send_invoice`.', 'due_date')
  }
  if (days !== undefined && params.due_date !== undefined) {
    throw refused('You may only specify one of these parameters: days_until_due, due_date.', 'due_date')
  }
  const dueDate =
    params.due_date ?? (days === undefined ? before.due_date : account.now + days * SECONDS_PER_DAY)
  if (method === 'send_invoice' && dueDate === null) {
    throw refused(
      'You must pass `days_until_due` or `due_date` with `collection_method=send_invoice`.',
      'due_date',
    )
  }
  if (params.default_payment_method !== undefined) {
    account.need(account.state.paymentMethods, params.default_payment_method, 'default_payment_method')
  }
  const defaultRates = taxRatesFor(account, rates, 'default_tax_rates')
  return {
    ...plain,
    ...presentationPatch(account, params, before),
    collection_method: method,
    due_date: method === 'send_invoice' ? dueDate : null,
    ...(auto_advance === undefined ? {} : advancing(account, params, before, auto_advance)),
    ...(defaultRates ? { default_tax_rates: structuredClone(defaultRates) } : {}),
    ...(tax === undefined
      ? {}
      : {
          automatic_tax: {
            disabled_reason: null,
            enabled: tax.enabled,
            liability: tax.enabled ? { type: 'self' as const } : null,
            provider: tax.enabled ? 'stripe' : null,
            status: null,
          },
        }),
  }
}

/** A draft that advances by itself is finalized an hour later, or when the request says. */
function advancing(
  account: Account,
  params: FieldValues,
  before: Invoice,
  advances: boolean,
): Partial<Invoice> {
  if (before.status !== 'draft') return { auto_advance: advances }
  const at = advances
    ? (params.automatically_finalizes_at ?? before.automatically_finalizes_at ?? account.now + 3600)
    : null
  return {
    auto_advance: advances,
    automatically_finalizes_at: at,
    next_payment_attempt: before.collection_method === 'send_invoice' ? null : at,
  }
}

/** @throws StripeError 400 where the invoice is no draft any more */
export function needDraft(invoice: Invoice): void {
  if (invoice.status !== 'draft') {
    throw refused('This invoice is no longer editable.', undefined, 'invoice_not_editable')
  }
}

/** Plans what the draft's fields say. */
export function planDraft(account: Account, invoice: Invoice): void {
  if (invoice.status !== 'draft') return
  if (invoice.automatically_finalizes_at === null) account.scheduler.cancel('invoice.finalize', invoice.id)
  else account.scheduler.plan('invoice.finalize', invoice.id, invoice.automatically_finalizes_at)
}
