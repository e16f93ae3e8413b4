import type { Account } from '../../../account.ts'
import type { Invoice } from '../../../wire.ts'

/**
 * Remembers what a new invoice bills for each subscription item: a later credit is worked out from the original debit
 * (docs.stripe.com/billing/subscriptions/prorations#credit-prorations).
 */
export function recordDebits(account: Account, invoice: Invoice): void {
  for (const line of invoice.lines.data) {
    const item = line.parent?.subscription_item_details
    if (!item || item.proration) continue
    const discounts = (line.discount_amounts ?? []).map(({ amount, discount }) => ({
      amount,
      discount: String(discount),
    }))
    const discount = discounts.reduce((total, each) => total + each.amount, 0)
    account.state.itemDebits.set(item.subscription_item, [
      {
        start: line.period.start,
        end: line.period.end,
        amount: line.amount - discount,
        quantity: line.quantity ?? 1,
        discounts,
        invoice: invoice.id,
        line: line.id,
      },
    ])
  }
}
