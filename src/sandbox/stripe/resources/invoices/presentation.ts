import type { Account } from '../../account.ts'
import { addressParam, NO_ADDRESS } from '../../address.ts'
import { noSuch, parameterMissing, refused } from '../../errors.ts'
import { createShippingRate, shippingAmount } from '../../life/shipping-rates.ts'
import { checkAccountTaxIds } from '../../life/tax-ids.ts'
import { changedMetadata } from '../../metadata.ts'
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
import type { Invoice } from '../../wire.ts'
import { invoiceMethodTypesParam } from '../billing/method-types.ts'
import { shippingRateShape } from '../shipping-rates.ts'

/** What an invoice shows beside its lines, and how it may be paid. */
export const presentationFields = {
  account_tax_ids: emptyable(listOf(text(), 20)),
  default_source: text(),
  payment_settings: hash({
    default_mandate: emptyable(text()),
    payment_method_types: invoiceMethodTypesParam,
    ...absent('payment_method_options'),
  }),
  rendering: hash({
    amount_tax_display: emptyable(oneOf('exclude_tax', 'include_inclusive_tax')),
    pdf: hash({ page_size: oneOf('a4', 'auto', 'letter') }),
    template: text(),
    template_version: emptyable(integer(1)),
  }),
  shipping_cost: emptyable(hash({ shipping_rate: text(), shipping_rate_data: hash(shippingRateShape) })),
  shipping_details: emptyable(
    hash({ address: required(addressParam), name: required(text()), phone: emptyable(text()) }),
  ),
} as const

type PresentationParams = Params<typeof presentationFields>

/** What the request makes of it. Templates are made in Stripe's dashboard only, so none is there. */
export function presentationPatch(
  account: Account,
  given: PresentationParams,
  before: Invoice,
): Partial<Invoice> {
  checkAccountTaxIds(account, given.account_tax_ids, 'account_tax_ids')
  if (given.default_source !== undefined) {
    account.need(account.state.cards, given.default_source, 'default_source')
  }
  const mandate = given.payment_settings?.default_mandate
  if (mandate != null) account.need(account.state.mandates, mandate, 'payment_settings[default_mandate]')
  if (given.rendering?.template !== undefined) {
    throw noSuch('invoice rendering template', given.rendering.template, 'rendering[template]')
  }
  const { address, ...receiver } = given.shipping_details ?? {}
  return {
    ...(given.account_tax_ids === undefined ? {} : { account_tax_ids: given.account_tax_ids }),
    ...(given.default_source === undefined ? {} : { default_source: given.default_source }),
    ...(given.payment_settings
      ? { payment_settings: { ...before.payment_settings, ...given.payment_settings } }
      : {}),
    ...(given.rendering ? { rendering: renderingOf(given.rendering, before.rendering) } : {}),
    ...(given.shipping_cost === undefined
      ? {}
      : { shipping_cost: given.shipping_cost && shippingCost(account, given.shipping_cost, before) }),
    ...(given.shipping_details === undefined
      ? {}
      : {
          shipping_details: given.shipping_details && {
            ...given.shipping_details,
            ...receiver,
            address: { ...NO_ADDRESS, ...address },
            phone: given.shipping_details.phone ?? null,
          },
        }),
  }
}

function renderingOf(
  given: NonNullable<PresentationParams['rendering']>,
  before: Invoice['rendering'],
): Invoice['rendering'] {
  return {
    amount_tax_display:
      given.amount_tax_display === undefined
        ? (before?.amount_tax_display ?? null)
        : given.amount_tax_display,
    pdf: given.pdf ? { page_size: given.pdf.page_size ?? 'auto' } : (before?.pdf ?? null),
    template: null,
    template_version: null,
  }
}

/** What the delivery costs; adding the invoice up says what tax it bears. */
function shippingCost(
  account: Account,
  given: NonNullable<PresentationParams['shipping_cost']>,
  { currency }: Invoice,
): Invoice['shipping_cost'] {
  const { shipping_rate: id, shipping_rate_data: data } = given
  if ((id === undefined) === (data === undefined)) {
    throw refused('Give either `shipping_rate` or `shipping_rate_data`.', 'shipping_cost')
  }
  const rate =
    id === undefined
      ? madeRate(account, data)
      : account.need(account.state.shippingRates, id, 'shipping_cost[shipping_rate]')
  const amount = shippingAmount(rate, currency)
  if (amount === null) {
    throw refused(`The shipping rate has no amount in \`${currency}\`.`, 'shipping_cost[shipping_rate]')
  }
  return { amount_subtotal: amount, amount_tax: 0, amount_total: amount, shipping_rate: rate.id }
}

function madeRate(
  account: Account,
  data: NonNullable<PresentationParams['shipping_cost']>['shipping_rate_data'],
) {
  if (data?.fixed_amount === undefined) {
    throw parameterMissing('shipping_cost[shipping_rate_data][fixed_amount]')
  }
  return createShippingRate(account, {
    ...data,
    fixed_amount: data.fixed_amount,
    metadata: changedMetadata({}, data.metadata),
  })
}
