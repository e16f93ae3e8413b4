import type { PaymentFacts, StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type { ReadableObjectKind } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import type {
  CheckoutRead,
  IStripeObjects,
  StripeRead,
} from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import { checkoutSessionFacts } from '#src/features/billing/infrastructure/stripe/facts/checkout-session.ts'
import { factsOf } from '#src/features/billing/infrastructure/stripe/facts/facts-of.ts'
import {
  invoiceFacts,
  invoicePaymentFacts,
} from '#src/features/billing/infrastructure/stripe/facts/invoice.ts'
import { refundFacts } from '#src/features/billing/infrastructure/stripe/facts/payment-facts.ts'
import type { Seam } from './MemoryRedis.ts'
import type { ModelObject } from './objects.ts'
import { render } from './render.ts'

/** The version that the app asks Stripe at. */
export const OWN_VERSION = '2026-10-28.endive'

/** Stripe's objects as they are at this moment of the history, read through `seam`. */
export class StripeNow implements IStripeObjects {
  readonly #objects: ReadonlyMap<string, ModelObject>
  readonly #nowSeconds: () => number
  readonly #seam: Seam

  constructor(deps: {
    objects: ReadonlyMap<string, ModelObject>
    nowSeconds: () => number
    seam: Seam
  }) {
    this.#objects = deps.objects
    this.#nowSeconds = deps.nowSeconds
    this.#seam = deps.seam
  }

  read(kind: ReadableObjectKind, id: string): Promise<StripeRead | null> {
    return this.#seam(`stripe read ${kind}`, () => {
      const object = this.#objects.get(id)
      if (object === undefined) return null
      return { facts: factsOf(kind, render(object, OWN_VERSION)), answeredAt: this.#nowSeconds() }
    })
  }

  readCheckout(sessionId: string): Promise<StripeRead<CheckoutRead> | null> {
    return this.#seam('stripe read checkout', () => {
      const object = this.#objects.get(sessionId)
      const session = object && checkoutSessionFacts(render(object, OWN_VERSION))
      if (object?.kind !== 'checkout_session' || !session) return null
      const subscription = this.#objects.get(object.subscription ?? '')
      const facts = {
        session,
        subscription: subscription ? factsOf('subscription', render(subscription, OWN_VERSION)) : null,
        livemode: false,
        url: null,
        amountTotal: 0,
        currency: 'eur',
      }
      return { facts, answeredAt: this.#nowSeconds() }
    })
  }

  readPayment(paymentId: string): Promise<StripeRead<PaymentFacts> | null> {
    return this.#seam('stripe read payment', () => {
      const charge = this.#all('charge').find(({ paymentIntent }) => paymentIntent === paymentId)
      if (charge === undefined) return null
      const session = this.#objects.get(charge.paidFor)
      const payments = this.#all('invoice_payment').filter(({ paymentIntent }) => paymentIntent === paymentId)
      const invoices = payments.flatMap((paid) => {
        const object = this.#objects.get(paid.invoice)
        const invoice = object && invoiceFacts(render(object, OWN_VERSION))
        const payment = invoicePaymentFacts(render(paid, OWN_VERSION))
        return invoice && payment ? [{ invoice, payment }] : []
      })
      const metadata = session?.kind === 'checkout_session' ? session.metadata : {}
      return {
        facts: { paymentId, customerId: charge.customer, metadata, invoices },
        answeredAt: this.#nowSeconds(),
      }
    })
  }

  readRefunds(paymentId: string): Promise<StripeRead> {
    return this.#seam('stripe read refunds', () => {
      const refunds = this.#all('refund').flatMap((refund) =>
        refund.paymentIntent === paymentId ? (refundFacts(render(refund, OWN_VERSION)) ?? []) : [],
      )
      const facts: StripeFacts = { kind: 'refunds', refunds }
      return { facts, answeredAt: this.#nowSeconds() }
    })
  }

  readActiveFeatures(): Promise<readonly string[]> {
    return this.#seam('stripe read features', () => [])
  }

  #all<Kind extends ModelObject['kind']>(kind: Kind): Extract<ModelObject, { kind: Kind }>[] {
    return [...this.#objects.values()].filter((object) => object.kind === kind) as Extract<
      ModelObject,
      { kind: Kind }
    >[]
  }
}
