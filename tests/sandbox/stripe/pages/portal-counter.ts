import type Stripe from 'stripe'
import { type Counter, openCounter } from '#tests/sandbox/stripe/billing/counter.ts'
import { type Visitor, visitorOf } from './visitor.ts'

type Features = Stripe.BillingPortal.ConfigurationCreateParams.Features
type Updates = NonNullable<Features['subscription_update']>
type Product = NonNullable<Exclude<Updates['products'], ''>>[number]
type Flow = Stripe.BillingPortal.SessionCreateParams.FlowData

/** A counter whose customers change their plans in the portal. */
export interface PortalCounter extends Counter {
  readonly visitor: Visitor
  /** Every plan of the counter, as the portal offers it: Pro by the month and the year, and Team. */
  offers(quantity?: Product['adjustable_quantity']): Product[]
  /** The path of the subscription in a portal in which its plan may be changed. */
  changing(subscription: Stripe.Subscription, update?: Partial<Updates>, flow?: Flow): Promise<string>
  /** The path of the subscription in a portal with these features. */
  visiting(subscription: Stripe.Subscription, features: Features, flow?: Flow): Promise<string>
}

/** Opens a counter with a portal. */
export async function openPortalCounter(): Promise<PortalCounter> {
  const counter = await openCounter()
  const { pro, stripe, team, yearly } = counter
  const portal: PortalCounter = {
    ...counter,
    visitor: visitorOf(counter.sandbox),
    offers: (adjustable_quantity) => [
      {
        product: String(pro.product),
        prices: [pro.id, yearly.id],
        ...(adjustable_quantity ? { adjustable_quantity } : {}),
      },
      { product: String(team.product), prices: [team.id] },
    ],
    changing: (subscription, update = {}, flow) =>
      portal.visiting(
        subscription,
        {
          subscription_update: {
            enabled: true,
            default_allowed_updates: ['price', 'quantity', 'promotion_code'],
            products: portal.offers(),
            ...update,
          },
        },
        flow,
      ),
    async visiting(subscription, features, flow) {
      const { id: configuration } = await stripe.billingPortal.configurations.create({ features })
      const { url } = await stripe.billingPortal.sessions.create({
        customer: String(subscription.customer),
        configuration,
        ...(flow ? { flow_data: flow } : {}),
      })
      return `${new URL(url).pathname}/subscriptions/${subscription.id}`
    },
  }
  return portal
}
