import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { CheckoutSession, LineItem, Price } from '../../wire.ts'
import { endOf, shareLeft } from '../subscriptions/anchor.ts'
import type { CheckoutDetails } from './details.ts'

type SubscriptionData = Pick<CheckoutDetails['subscription_data'], 'anchor' | 'prorates' | 'trial_end'>

/*
 * A session with a billing cycle anchor charges the time up to it, or nothing
 * (docs.stripe.com/payments/checkout/billing-cycle). How much is settled when the session is made, so that the customer
 * pays what the page shows; whoever pays after the anchor pays the whole period that began with it.
 */

/** @throws StripeError 400 for an anchor that is past, or later than a first period without it would end. */
export function checkAnchor(account: Account, anchor: number, lines: readonly LineItem[]): void {
  const at = 'subscription_data[billing_cycle_anchor]'
  if (anchor <= account.now) throw refused('`billing_cycle_anchor` must be in the future.', at)
  const isLate = lines.some(
    ({ price }) => price?.type === 'recurring' && anchor > endOf(price, account.now, account.now),
  )
  if (isLate) throw refused('`billing_cycle_anchor` cannot be later than the next natural billing date.', at)
}

/** Where the first period of a subscription begins that is paid now, and from when on it is charged. */
export function firstPeriod(
  account: Account,
  session: CheckoutSession,
  { anchor }: SubscriptionData,
): { start: number; billedFrom: number } {
  if (anchor === null) return { start: account.now, billedFrom: account.now }
  return anchor <= account.now
    ? { start: anchor, billedFrom: anchor }
    : { start: account.now, billedFrom: session.created }
}

/** What of the first period of a recurring price is due today: 1 for all of it. */
export function shareDue(
  account: Account,
  session: CheckoutSession,
  data: SubscriptionData,
  price: Price,
): number {
  if (data.trial_end !== null) return 0
  if (data.anchor === null) return 1
  const { start, billedFrom } = firstPeriod(account, session, data)
  const share = shareLeft(price, data.anchor, endOf(price, data.anchor, start), billedFrom)
  return share < 1 && !data.prorates ? 0 : share
}
