import type Stripe from 'stripe'
import type {
  CheckoutRead,
  IStripeObjects,
  StripeObjectKind,
  StripeRead,
} from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import { checkoutSessionFacts } from './facts/checkout-session.ts'
import { factsOf } from './facts/facts-of.ts'
import { stripeId } from './facts/fields.ts'
import { callStripe, isMissing } from './stripe-errors.ts'

const SessionId = stripeId('cs')

/** Reads Stripe's current objects at the SDK's own API version. */
export class StripeObjects implements IStripeObjects {
  readonly #stripe: Stripe

  constructor(stripe: Stripe) {
    this.#stripe = stripe
  }

  async read(kind: StripeObjectKind, id: string): Promise<StripeRead | null> {
    const object = await this.#find(() => this.#retrieve(kind, id))
    return object === null ? null : { facts: factsOf(kind, object), answeredAt: answeredAt(object) }
  }

  async readCheckout(sessionId: string): Promise<StripeRead<CheckoutRead> | null> {
    // From a URL: anything else than an id could name another resource of Stripe's.
    if (!SessionId.safeParse(sessionId).success) return null
    const session = await this.#find(() =>
      this.#stripe.checkout.sessions.retrieve(sessionId, { expand: ['subscription'] }),
    )
    const facts = session === null ? null : checkoutSessionFacts(session)
    if (session === null || facts === null) return null
    return {
      answeredAt: answeredAt(session),
      facts: {
        session: facts,
        subscription: session.subscription === null ? null : factsOf('subscription', session.subscription),
        livemode: session.livemode,
        url: session.url,
        amountTotal: session.amount_total ?? 0,
        currency: session.currency ?? '',
      },
    }
  }

  #retrieve(kind: StripeObjectKind, id: string): Promise<Stripe.Response<object>> {
    switch (kind) {
      case 'subscription':
        return this.#stripe.subscriptions.retrieve(id)
      case 'checkout_session':
        return this.#stripe.checkout.sessions.retrieve(id)
      case 'invoice':
        return this.#stripe.invoices.retrieve(id)
      case 'invoice_payment':
        return this.#stripe.invoicePayments.retrieve(id)
    }
  }

  /** A missing object is an answer; an error is not "missing". */
  #find<T>(retrieve: () => Promise<T>): Promise<T | null> {
    return callStripe(async () => {
      try {
        return await retrieve()
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    })
  }
}

/** The answer's `Date`, in whole seconds: the object is at least as new. */
function answeredAt(object: Stripe.Response<object>): number {
  const seconds = Math.floor(Date.parse(object.lastResponse.headers.date ?? '') / 1000)
  if (!Number.isFinite(seconds)) throw new TypeError('an answer of Stripe without a Date')
  return seconds
}
