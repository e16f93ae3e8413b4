import Stripe from 'stripe'
import type { IStripeCancellations } from '#src/features/billing/domain/interfaces/IStripeCancellations.ts'
import { callStripe, isMissing } from './stripe-errors.ts'

const PAGE_SIZE = 100
const LIST_MAX = 1_000

/** Statuses after which a subscription charges nobody: docs.stripe.com/api/subscriptions/object#subscription_object-status */
const OVER: ReadonlySet<string> = new Set(['canceled', 'incomplete_expired'])

/** Ends subscriptions at Stripe, through its SDK. */
export class StripeCancellations implements IStripeCancellations {
  readonly #stripe: Stripe

  constructor(stripe: Stripe) {
    this.#stripe = stripe
  }

  async listLiveSubscriptions(customerId: string): Promise<readonly string[]> {
    const subscriptions = await callStripe(() =>
      this.#stripe.subscriptions
        .list({ customer: customerId, status: 'all', limit: PAGE_SIZE })
        .autoPagingToArray({ limit: LIST_MAX }),
    )
    return subscriptions.filter(({ status }) => !OVER.has(status)).map(({ id }) => id)
  }

  async cancelSubscription(subscriptionId: string): Promise<void> {
    await callStripe(async () => {
      try {
        await this.#stripe.subscriptions.cancel(subscriptionId, { invoice_now: false, prorate: false })
      } catch (error) {
        // Only what is not over can be cancelled: what it is instead must be looked at.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
        if (isMissing(error)) return
        const { status } = await this.#stripe.subscriptions.retrieve(subscriptionId)
        if (!OVER.has(status)) throw error
      }
    })
  }
}
