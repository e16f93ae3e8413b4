import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'

/**
 * Nobody has two subscriptions in different currencies (docs.stripe.com/invoicing/multi-currency-customers). A session that
 * is open to sell one counts as well.
 * @throws StripeError 400
 */
export function checkOneCurrency(account: Account, customer: string, currency: string): void {
  const { checkoutSessions, subscriptions } = account.state
  const running = [...subscriptions.values()].find(
    (each) => each.customer === customer && each.ended_at === null && each.currency !== currency,
  )
  const open = [...checkoutSessions.values()].find(
    (each) =>
      each.customer === customer &&
      each.mode === 'subscription' &&
      each.status === 'open' &&
      each.currency !== currency,
  )
  const other = running?.currency ?? open?.currency
  if (other == null) return
  throw refused(
    'You cannot combine currencies on a single customer. This customer has an active subscription or an active ' +
      `subscription mode checkout session with currency ${other}.`,
    'currency',
  )
}
