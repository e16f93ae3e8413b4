import type Stripe from 'stripe'
import type { PaymentFacts, StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type { ReadableObjectKind } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import type {
  CheckoutRead,
  IStripeObjects,
  StripeRead,
} from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import { checkoutSessionFacts } from './facts/checkout-session.ts'
import { factsOf } from './facts/facts-of.ts'
import { stripeId } from './facts/fields.ts'
import { invoiceFacts, invoicePaymentFacts } from './facts/invoice.ts'
import { refundFacts } from './facts/payment-facts.ts'
import { callStripe, isMissing } from './stripe-errors.ts'

const SessionId = stripeId('cs')

/** The most that Stripe gives in one page, and the most that is read of one list: far more than one object has. */
const PAGE_SIZE = 100
const LIST_MAX = 1_000

/** Reads Stripe's current objects at the SDK's own API version. */
export class StripeObjects implements IStripeObjects {
  readonly #stripe: Stripe

  constructor(stripe: Stripe) {
    this.#stripe = stripe
  }

  async read(kind: ReadableObjectKind, id: string): Promise<StripeRead | null> {
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

  async readPayment(paymentId: string): Promise<StripeRead<PaymentFacts> | null> {
    const payment = await this.#find(() => this.#retrievePayment(paymentId))
    if (payment === null) return null
    const { customer, metadata } = payment
    const facts = {
      paymentId,
      customerId: typeof customer === 'string' ? customer : (customer?.id ?? null),
      metadata: metadata ?? {},
      invoices: await this.#invoicesPaidBy(paymentId),
    }
    return { facts, answeredAt: answeredAt(payment) }
  }

  async readRefunds(paymentId: string): Promise<StripeRead> {
    const of = paymentId.startsWith('pi_') ? { payment_intent: paymentId } : { charge: paymentId }
    const page = this.#stripe.refunds.list({ ...of, limit: PAGE_SIZE })
    const first = await callStripe(() => page)
    const objects = await callStripe(() => page.autoPagingToArray({ limit: LIST_MAX }))
    const refunds = objects.map(refundFacts)
    const facts: StripeFacts = refunds.every((refund) => refund !== null)
      ? { kind: 'refunds', refunds }
      : { kind: 'unreadable', reason: 'unknown_shape' }
    return { facts, answeredAt: answeredAt(first) }
  }

  async readActiveFeatures(customerId: string): Promise<readonly string[]> {
    const active = await callStripe(() =>
      this.#stripe.entitlements.activeEntitlements
        .list({ customer: customerId, limit: PAGE_SIZE })
        .autoPagingToArray({ limit: LIST_MAX }),
    )
    return active.map(({ lookup_key }) => lookup_key)
  }

  #retrieve(kind: ReadableObjectKind, id: string): Promise<Stripe.Response<object>> {
    switch (kind) {
      case 'subscription':
        return this.#stripe.subscriptions.retrieve(id)
      case 'checkout_session':
        return this.#stripe.checkout.sessions.retrieve(id)
      case 'invoice':
        return this.#stripe.invoices.retrieve(id)
      case 'invoice_payment':
        return this.#stripe.invoicePayments.retrieve(id)
      case 'refund':
        return this.#stripe.refunds.retrieve(id)
      case 'dispute':
        return this.#stripe.disputes.retrieve(id)
      case 'fraud_warning':
        return this.#stripe.radar.earlyFraudWarnings.retrieve(id)
      case 'price':
        return this.#stripe.prices.retrieve(id)
    }
  }

  /** A payment's own object: it says whose it is. */
  #retrievePayment(id: string): Promise<Stripe.Response<Stripe.PaymentIntent | Stripe.Charge>> {
    return id.startsWith('pi_') ? this.#stripe.paymentIntents.retrieve(id) : this.#stripe.charges.retrieve(id)
  }

  /** The invoices that a payment paid, with their payments, however many pages. A charge alone cannot be asked for. */
  async #invoicesPaidBy(paymentId: string): Promise<PaymentFacts['invoices']> {
    if (!paymentId.startsWith('pi_')) return []
    const payments = await callStripe(() =>
      this.#stripe.invoicePayments
        .list({
          payment: { type: 'payment_intent', payment_intent: paymentId },
          status: 'paid',
          expand: ['data.invoice'],
          limit: PAGE_SIZE,
        })
        .autoPagingToArray({ limit: LIST_MAX }),
    )
    return payments.flatMap((object) => {
      const payment = invoicePaymentFacts(object)
      const invoice = invoiceFacts(object.invoice)
      return payment === null || invoice === null ? [] : [{ payment, invoice }]
    })
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
