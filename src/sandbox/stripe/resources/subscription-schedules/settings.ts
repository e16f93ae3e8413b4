import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { checkAccountTaxIds } from '../../life/tax-ids.ts'
import {
  absent,
  emptyable,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
} from '../../params.ts'
import type { SubscriptionSchedule } from '../../wire.ts'
import { automaticTaxParam } from '../billing/params.ts'
import { thresholdsParam } from '../billing/thresholds.ts'

type DefaultSettings = SubscriptionSchedule['default_settings']
type InvoiceSettings = DefaultSettings['invoice_settings']

/** What a phase sets, and what the schedule sets for phases that do not. */
export const settingsShape = {
  automatic_tax: automaticTaxParam,
  billing_cycle_anchor: oneOf('automatic', 'phase_start'),
  billing_thresholds: thresholdsParam,
  collection_method: oneOf('charge_automatically', 'send_invoice'),
  default_payment_method: text(),
  description: emptyable(text(500)),
  invoice_settings: hash({
    account_tax_ids: emptyable(listOf(text(), 20)),
    custom_fields: emptyable(listOf(hash({ name: required(text(40)), value: required(text(140)) }), 4)),
    days_until_due: integer(0, 365),
    description: emptyable(text(1500)),
    footer: emptyable(text()),
    issuer: hash({ type: required(oneOf('self')) }),
  }),
  ...absent('application_fee_percent', 'on_behalf_of', 'transfer_data'),
} as const

export type SettingsParams = Params<typeof settingsShape>

/** The settings that the request gives, their references looked up. */
export function settingsFor(account: Account, given: SettingsParams, at: string): Partial<DefaultSettings> {
  const { automatic_tax: tax, billing_thresholds: thresholds, invoice_settings: invoice, ...plain } = given
  if (plain.default_payment_method !== undefined) {
    account.need(account.state.paymentMethods, plain.default_payment_method, `${at}[default_payment_method]`)
  }
  checkAccountTaxIds(account, invoice?.account_tax_ids, `${at}[invoice_settings][account_tax_ids]`)
  return {
    ...plain,
    ...(tax
      ? {
          automatic_tax: {
            disabled_reason: null,
            enabled: tax.enabled,
            liability: tax.enabled ? { type: 'self' as const } : null,
          },
        }
      : {}),
    ...(thresholds === undefined ? {} : { billing_thresholds: thresholds }),
  }
}

/** What the request makes of the settings of invoices; `before` is what stands there. */
export function invoiceSettingsFor<Issuer>(
  given: SettingsParams['invoice_settings'],
  before: Omit<InvoiceSettings, 'issuer'> | null,
  issuer: Issuer,
): Omit<InvoiceSettings, 'issuer'> & { issuer: Issuer } {
  return {
    account_tax_ids: null,
    custom_fields: null,
    days_until_due: null,
    description: null,
    footer: null,
    ...before,
    ...given,
    issuer,
  }
}

/** @throws StripeError 400 where invoices are to be sent and nothing says when they are due. */
export function checkCollection(
  method: string | null | undefined,
  daysUntilDue: number | null | undefined,
  at: string,
): void {
  if (method !== 'send_invoice' || daysUntilDue != null) return
  throw refused(
    'You must pass `invoice_settings[days_until_due]` when `collection_method` is `send_invoice`.',
    `${at}[invoice_settings][days_until_due]`,
  )
}
