import type { Account } from '../account.ts'
import type { Invoice, StripeEvent, Subscription } from '../wire.ts'

/** Where an object names others that an event about it also concerns. */
const REFERENCES = ['id', 'customer', 'subscription', 'payment_intent', 'charge', 'invoice'] as const

/** The events about an object, or about something that names it; newest first. */
export function eventsAbout(account: Account, id: string): StripeEvent[] {
  return account.state.events.newestFirst().filter(({ data: { object } }) => {
    if (REFERENCES.some((field) => object[field] === id)) return true
    return subscriptionOfParent(object.parent) === id
  })
}

/** The invoice's subscription, or null where it has none. */
export function subscriptionOfInvoice(invoice: Invoice): string | null {
  return invoice.parent?.subscription_details?.subscription ?? null
}

/** What a subscription is, by the names of its products. */
export function nameOf(account: Account, subscription: Subscription): string {
  return subscription.items.data
    .map((item) => account.state.products.get(String(item.price.product))?.name ?? item.price.id)
    .join(', ')
}

function subscriptionOfParent(parent: unknown): unknown {
  if (typeof parent !== 'object' || parent === null || !('subscription_details' in parent)) return undefined
  const details = parent.subscription_details
  return typeof details === 'object' && details !== null && 'subscription' in details
    ? details.subscription
    : undefined
}
