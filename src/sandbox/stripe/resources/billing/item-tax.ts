import { refused } from '../../errors.ts'
import type { ItemTax } from '../../life/billing-records.ts'
import { emptyable, oneOf, type Param, text } from '../../params.ts'

export const taxBehaviorParam = oneOf('exclusive', 'inclusive', 'unspecified')

/** The id of a tax code (docs.stripe.com/tax/tax-codes). Which there are is Stripe's to say; their shape is held. */
export const taxCodeParam: Param<string> = {
  parse: (value, at, version) => {
    const given = text().parse(value, at, version)
    if (!/^txcd_\d{8}$/.test(given)) throw refused(`No such tax code: '${given}'`, at, 'resource_missing')
    return given
  },
}

/** How automatic tax looks at one item. */
export const itemTaxFields = { tax_behavior: taxBehaviorParam, tax_code: emptyable(taxCodeParam) } as const

export interface ItemTaxParams {
  tax_behavior?: 'exclusive' | 'inclusive' | 'unspecified'
  tax_code?: string | null
}

/** What the request makes of it. @throws StripeError 400 where a behaviour that was decided changes */
export function itemTaxFor(given: ItemTaxParams, before?: ItemTax): ItemTax {
  const decided = before?.tax_behavior === 'inclusive' || before?.tax_behavior === 'exclusive'
  if (decided && given.tax_behavior !== undefined && given.tax_behavior !== before?.tax_behavior) {
    throw refused('The `tax_behavior` cannot be changed once it is set.', 'tax_behavior')
  }
  return {
    tax_behavior: given.tax_behavior ?? before?.tax_behavior ?? null,
    tax_code: given.tax_code === undefined ? (before?.tax_code ?? null) : given.tax_code,
  }
}
