import { endpoint } from '../endpoint.ts'
import { newId } from '../ids.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { decimal, flag, hash, oneOf, required, text } from '../params.ts'

const fields = {
  active: flag(),
  country: text(2),
  description: text(),
  jurisdiction: text(200),
  metadata: metadata(),
  state: text(),
  tax_type: oneOf('gst', 'hst', 'igst', 'jct', 'pst', 'qst', 'rst', 'sales_tax', 'service_tax', 'vat'),
} as const

/** `POST /v1/tax_rates` */
export const create = endpoint(
  hash({
    ...fields,
    display_name: required(text(100)),
    inclusive: required(flag()),
    percentage: required(decimal(0, 100)),
  }),
  (account, params) => {
    const { metadata: change, ...rest } = params
    const rate = account.state.taxRates.add({
      id: newId.taxRate(),
      object: 'tax_rate',
      active: true,
      country: null,
      created: account.now,
      description: null,
      effective_percentage: null,
      flat_amount: null,
      jurisdiction: null,
      jurisdiction_level: null,
      livemode: false,
      rate_type: 'percentage',
      state: null,
      tax_type: null,
      ...rest,
      metadata: changedMetadata({}, change),
    })
    account.emit('tax_rate.created', rate)
    return rate
  },
)

/** `GET /v1/tax_rates/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => account.need(account.state.taxRates, id))

/** `POST /v1/tax_rates/:id`: the percentage and whether it is included stay as they are. */
export const update = endpoint(hash({ ...fields, display_name: text(100) }), (account, params, id) => {
  const rate = account.need(account.state.taxRates, id)
  const { metadata: change, ...rest } = params
  account.change(
    rate,
    { ...rest, metadata: changedMetadata(rate.metadata ?? {}, change) },
    'tax_rate.updated',
  )
  return rate
})

/** `GET /v1/tax_rates` */
export const list = endpoint(
  hash({ ...pageParams, active: flag(), created: createdParam, inclusive: flag() }),
  (account, params) =>
    page(
      account,
      account.state.taxRates,
      params,
      '/v1/tax_rates',
      (rate) => fits(rate, params, 'active', 'inclusive') && inRange(rate.created, params.created),
    ),
)
