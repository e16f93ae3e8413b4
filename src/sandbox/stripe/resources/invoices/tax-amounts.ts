import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { LineTax } from '../../life/invoices/taxes.ts'
import { addTaxRate } from '../../life/tax-rates.ts'
import {
  decimal,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  required,
  text,
} from '../../params.ts'
import type { Invoice } from '../../wire.ts'
import { MAX_AMOUNT } from '../billing/scalars.ts'
import { jurisdictionLevelParam, taxTypeParam } from '../tax-rates.ts'

const amount = integer(-MAX_AMOUNT, MAX_AMOUNT)

/** Taxes that somebody else has worked out (docs.stripe.com/api/invoice-line-item/update). */
export const taxAmountsParam = emptyable(
  listOf(
    hash({
      amount: required(amount),
      tax_rate_data: required(
        hash({
          country: text(2),
          description: text(),
          display_name: required(text(50)),
          inclusive: required(flag()),
          jurisdiction: text(50),
          jurisdiction_level: jurisdictionLevelParam,
          percentage: required(decimal(0, 100)),
          state: text(2),
          tax_type: taxTypeParam,
        }),
      ),
      taxability_reason: oneOf(
        'customer_exempt',
        'not_collecting',
        'not_subject_to_tax',
        'not_supported',
        'portion_product_exempt',
        'portion_reduced_rated',
        'portion_standard_rated',
        'product_exempt',
        'product_exempt_holiday',
        'proportionally_rated',
        'reduced_rated',
        'reverse_charge',
        'standard_rated',
        'taxable_basis_reduced',
        'zero_rated',
      ),
      taxable_amount: required(amount),
    }),
    10,
  ),
)

export type TaxAmountParams = ReturnType<typeof taxAmountsParam.parse>

/**
 * The taxes of a line as the request gives them, each with a rate of its own that nothing else can use.
 * @throws StripeError 400 where something else decides the line's taxes
 */
export function givenTaxes(
  account: Account,
  invoice: Invoice,
  given: TaxAmountParams,
  rates: readonly string[] | null | undefined,
): LineTax[] | null {
  if (given === null || given.length === 0) return null
  if (invoice.automatic_tax.enabled || (rates && rates.length > 0)) {
    throw refused('`tax_amounts` goes with neither `tax_rates` nor automatic tax.', 'tax_amounts')
  }
  return given.map(({ amount: tax, tax_rate_data: rate, taxability_reason: reason, taxable_amount }) => ({
    amount: tax,
    tax_behavior: rate.inclusive ? 'inclusive' : 'exclusive',
    tax_rate_details: { tax_rate: addTaxRate(account, { ...rate, active: false }).id },
    taxability_reason: reason ?? 'not_available',
    taxable_amount,
    type: 'tax_rate_details',
  }))
}
