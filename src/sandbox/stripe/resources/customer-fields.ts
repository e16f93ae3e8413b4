import type { Account } from '../account.ts'
import { addressParam, NO_ADDRESS, shippingOf, shippingParam } from '../address.ts'
import { refused } from '../errors.ts'
import { metadata } from '../metadata.ts'
import {
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
  until,
} from '../params.ts'
import type { Customer } from '../wire.ts'
import { cashBalanceShape } from './cash-balance.ts'

// docs.stripe.com/api/customers/create#create_customer-balance
const MAX_BALANCE = 99_999_999

/** What a customer is made with and can be changed to (docs.stripe.com/api/customers/update). */
export const writable = {
  address: emptyable(addressParam),
  balance: integer(-MAX_BALANCE, MAX_BALANCE),
  business_name: emptyable(text(150)),
  coupon: until('2025-03-31.basil', emptyable(text())),
  description: emptyable(text()),
  email: emptyable(text(512)),
  individual_name: emptyable(text(150)),
  invoice_prefix: text(12),
  invoice_settings: hash({
    custom_fields: emptyable(listOf(hash({ name: required(text(40)), value: required(text(140)) }), 4)),
    default_payment_method: emptyable(text()),
    footer: emptyable(text()),
    rendering_options: emptyable(
      hash({
        amount_tax_display: emptyable(oneOf('exclude_tax', 'include_inclusive_tax')),
        template: text(),
      }),
    ),
  }),
  metadata: metadata(),
  name: emptyable(text(256)),
  next_invoice_sequence: integer(1),
  phone: emptyable(text(20)),
  preferred_locales: listOf(text(), 10),
  promotion_code: until('2025-03-31.basil', text()),
  shipping: emptyable(shippingParam),
  source: text(),
  tax: hash({
    ip_address: emptyable(text(45)),
    validate_location: oneOf('auto', 'deferred', 'immediately'),
  }),
  tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
  validate: flag(),
  cash_balance: hash(cashBalanceShape),
} as const

export type CustomerParams = Params<typeof writable>

/** The fields that a request changes; those that it does not name stay. */
export function fieldsOf(
  account: Account,
  current: Customer | null,
  given: CustomerParams,
): Partial<Customer> {
  if (given.email && !/^[^\s@]+@[^\s@]+$/.test(given.email)) {
    throw refused(`Invalid email address: ${given.email}`, 'email', 'email_invalid')
  }
  checkPrefix(account, current, given.invoice_prefix)
  const plain = Object.fromEntries(
    PLAIN_FIELDS.filter((key) => given[key] !== undefined).map((key) => [key, given[key]]),
  )
  const { address, shipping, invoice_settings: settings } = given
  return {
    ...plain,
    ...(address !== undefined && { address: address && { ...NO_ADDRESS, ...current?.address, ...address } }),
    ...(shipping !== undefined && { shipping: shipping && shippingOf(shipping) }),
    ...(given.tax_exempt !== undefined && { tax_exempt: given.tax_exempt ?? 'none' }),
    ...(settings && { invoice_settings: settingsOf(current, settings) }),
  }
}

const PLAIN_FIELDS = [
  'balance',
  'business_name',
  'description',
  'email',
  'individual_name',
  'invoice_prefix',
  'name',
  'next_invoice_sequence',
  'phone',
  'preferred_locales',
] as const

function settingsOf(
  current: Customer | null,
  given: NonNullable<CustomerParams['invoice_settings']>,
): Customer['invoice_settings'] {
  const before = current?.invoice_settings
  const { rendering_options: rendering } = given
  return {
    custom_fields: given.custom_fields === undefined ? (before?.custom_fields ?? null) : given.custom_fields,
    default_payment_method:
      given.default_payment_method === undefined
        ? (before?.default_payment_method ?? null)
        : given.default_payment_method,
    footer: given.footer === undefined ? (before?.footer ?? null) : given.footer,
    rendering_options:
      rendering === undefined
        ? (before?.rendering_options ?? null)
        : rendering && {
            amount_tax_display: rendering.amount_tax_display ?? null,
            template: rendering.template ?? null,
          },
  }
}

function checkPrefix(account: Account, current: Customer | null, prefix: string | undefined): void {
  if (prefix === undefined) return
  if (!/^[0-9A-Z]{3,12}$/.test(prefix)) {
    throw refused('An invoice prefix has 3 to 12 uppercase letters or digits.', 'invoice_prefix')
  }
  const isTaken = [...account.state.customers.values()].some(
    (each) => each.id !== current?.id && each.invoice_prefix === prefix,
  )
  if (isTaken) throw refused('Another customer has this invoice prefix.', 'invoice_prefix')
}
