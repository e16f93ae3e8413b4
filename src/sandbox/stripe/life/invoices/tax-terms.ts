import type { Account } from '../../account.ts'
import type { InvoiceLineItem } from '../../wire.ts'
import { isSoldIn, termsIn } from '../pricing.ts'

/** The code of what is not taxed at all (docs.stripe.com/tax/tax-codes). */
const NONTAXABLE = 'txcd_00000000'

/** How automatic tax looks at a line: by what its invoice item says, else by its price and its product. */
export function taxTermsOf(
  account: Account,
  line: Pick<InvoiceLineItem, 'currency' | 'parent' | 'pricing'>,
): { inclusive: boolean; isTaxable: boolean } {
  const { invoice_item_details: own, subscription_item_details: of } = line.parent ?? {}
  const item = account.state.itemTaxes.get(own?.invoice_item ?? of?.invoice_item ?? '')
  const price = account.state.prices.get(line.pricing?.price_details?.price ?? '')
  const product = account.state.products.get(line.pricing?.price_details?.product ?? '')
  const behavior =
    item?.tax_behavior ??
    (price && isSoldIn(account, price, line.currency)
      ? termsIn(account, price, line.currency).tax_behavior
      : null)
  const code = item?.tax_code ?? product?.tax_details?.tax_code ?? String(product?.tax_code ?? '')
  return { inclusive: behavior === 'inclusive', isTaxable: code !== NONTAXABLE }
}
