import { endpoint } from '../endpoint.ts'
import { addTaxRate } from '../life/tax-rates.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { decimal, flag, hash, oneOf, required, text } from '../params.ts'

// docs.stripe.com/api/tax_rates/create#create_tax_rate-tax_type
export const taxTypeParam = oneOf(
  'admissions_tax',
  'amusement_tax',
  'attendance_tax',
  'communications_tax',
  'digital_excise_tax',
  'entertainment_tax',
  'get_fund',
  'gross_receipts_tax',
  'gst',
  'hospitality_tax',
  'hst',
  'igst',
  'jct',
  'lease_tax',
  'luxury_tax',
  'mass_transit_parking_tax',
  'nhil',
  'parking_tax',
  'pst',
  'qst',
  'resort_tax',
  'retail_delivery_fee',
  'rst',
  'sales_tax',
  'service_tax',
  'tourism_tax',
  'utility_users_tax',
  'vat',
)

export const jurisdictionLevelParam = oneOf('city', 'country', 'county', 'district', 'multiple', 'state')

const fields = {
  active: flag(),
  country: text(2),
  description: text(),
  jurisdiction: text(200),
  metadata: metadata(),
  state: text(),
  tax_type: taxTypeParam,
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
    const rate = addTaxRate(account, { ...rest, metadata: changedMetadata({}, change) })
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
