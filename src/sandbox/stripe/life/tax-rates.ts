import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import type { TaxRate } from '../wire.ts'

/** A new tax rate, without its event. */
export function addTaxRate(
  account: Account,
  given: Partial<TaxRate> & Pick<TaxRate, 'display_name' | 'inclusive' | 'percentage'>,
): TaxRate {
  return account.state.taxRates.add({
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
    metadata: {},
    rate_type: 'percentage',
    state: null,
    tax_type: null,
    ...given,
  })
}
