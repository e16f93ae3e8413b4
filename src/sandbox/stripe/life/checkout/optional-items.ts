import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { CheckoutSession, LineItem } from '../../wire.ts'
import { isSoldIn } from '../pricing.ts'
import { reductionOfSession, reprice } from './amounts.ts'
import { newLine, otherCurrency } from './lines.ts'

type OptionalItem = NonNullable<CheckoutSession['optional_items']>[number]

export interface OptionalItemRequest {
  price: string
  quantity: number
  adjustable_quantity?: { enabled: boolean; minimum?: number; maximum?: number }
}

/**
 * What the customer may add (docs.stripe.com/payments/checkout/optional-items).
 * @throws StripeError 400 for a price that cannot be sold, stands among the lines or has another currency.
 */
export function optionalItemsOf(
  account: Account,
  given: readonly OptionalItemRequest[],
  lines: readonly LineItem[],
  currency: string,
): OptionalItem[] {
  return given.map(({ price: id, quantity, adjustable_quantity: adjustable }, index) => {
    const at = `optional_items[${index}]`
    const price = account.need(account.state.prices, id, `${at}[price]`)
    if (!price.active) {
      throw refused('The price specified is inactive. This field only accepts active prices.', `${at}[price]`)
    }
    if (lines.some((line) => line.price?.id === id)) {
      throw refused('An optional item cannot have the price of a line item.', `${at}[price]`)
    }
    if (!isSoldIn(account, price, currency)) throw otherCurrency(price, currency, at)
    return {
      adjustable_quantity: adjustable
        ? {
            enabled: adjustable.enabled,
            maximum: adjustable.enabled ? (adjustable.maximum ?? 99) : null,
            minimum: adjustable.enabled ? (adjustable.minimum ?? 0) : null,
          }
        : null,
      price: id,
      quantity,
    }
  })
}

/** The line that stands for an optional item, or undefined while it is not added. */
export function lineOf(lines: readonly LineItem[], item: OptionalItem): LineItem | undefined {
  return lines.find((line) => line.price?.id === item.price)
}

/** Adds an optional item, or takes it off again; anything else is left alone. */
export function toggleOptionalItem(account: Account, session: CheckoutSession, price: string): void {
  const details = account.state.checkoutDetails.get(session.id)
  const item = session.optional_items?.find((each) => each.price === price)
  if (details === undefined || item === undefined || session.status !== 'open') return
  const line = lineOf(details.line_items, item)
  const { adjustable_quantity: adjustable, quantity } = item
  details.line_items = line
    ? details.line_items.filter((each) => each !== line)
    : [
        ...details.line_items,
        newLine(
          account,
          {
            price,
            quantity,
            metadata: {},
            ...(adjustable && {
              adjustable_quantity: {
                enabled: adjustable.enabled,
                ...(adjustable.minimum !== null && { minimum: adjustable.minimum }),
                ...(adjustable.maximum !== null && { maximum: adjustable.maximum }),
              },
            }),
          },
          'optional_items',
          session.currency,
        ),
      ]
  reprice(account, session, details, reductionOfSession(account, session))
}
