import { emptyable, hash, type Param, text } from '../params.ts'
import type { Product } from '../wire.ts'
import { taxCodeParam } from './billing/item-tax.ts'

export interface TaxDetailsParams {
  performance_location?: string
  tax_code?: string | null
}

/** What Stripe Tax wants to know of a product; its `tax_code` comes before the older one beside it. */
export const taxDetailsParam: Param<TaxDetailsParams> = hash({
  performance_location: text(),
  tax_code: emptyable(taxCodeParam),
})

/** What the request makes of it. */
export function taxDetailsFor(
  given: TaxDetailsParams | null | undefined,
  before: Product['tax_details'] = null,
): Product['tax_details'] {
  if (given === undefined || given === null) return given === undefined ? before : null
  return { performance_location: null, tax_code: null, ...before, ...given }
}
