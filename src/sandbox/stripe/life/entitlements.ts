import type { Account } from '../account.ts'
import { newId } from '../ids.ts'
import { previousAttributes } from '../previous-attributes.ts'
import type { ActiveEntitlement, ListObject, StripeEvent } from '../wire.ts'

/** Statuses of a subscription under which its products' features are the customer's. */
const ENTITLING: readonly string[] = ['active', 'past_due', 'trialing']

/** How many entitlements a summary shows; the rest is for the list. */
const MAX_SHOWN = 10

/** All of a customer's active entitlements, oldest first. */
export function entitlementsOf(account: Account, customer: string): ActiveEntitlement[] {
  const ids = account.state.entitlementsByCustomer.get(customer) ?? []
  return ids.map((id) => account.state.activeEntitlements.get(id)).filter((each) => each !== undefined)
}

/**
 * Lets a customer's entitlements follow what happened to a subscription. A feature that was attached to a product
 * meanwhile counts from the next billing period on (docs.stripe.com/billing/entitlements), so nothing is worked out
 * anew unless the subscription's status, items or periods changed.
 */
export function entitle(account: Account, event: StripeEvent): void {
  if (!event.type.startsWith('customer.subscription.')) return
  const { previous_attributes: previous, object } = event.data
  const changed = previous === undefined || 'items' in previous || 'status' in previous
  if (changed && event.type !== 'customer.subscription.trial_will_end') {
    workOut(account, String(object.customer))
  }
}

function workOut(account: Account, customer: string): void {
  const before = entitlementsOf(account, customer)
  const due = featuresDue(account, customer)
  const kept = before.filter((each) => due.has(String(each.feature)))
  const has = new Set(kept.map((each) => String(each.feature)))
  const added = [...due].filter((feature) => !has.has(feature)).map((feature) => grant(account, feature))
  if (added.length === 0 && kept.length === before.length) return
  const shownBefore = summaryOf(customer, before)
  for (const each of before) if (!kept.includes(each)) account.state.activeEntitlements.delete(each.id)
  const after = [...kept, ...added]
  account.state.entitlementsByCustomer.set(
    customer,
    after.map(({ id }) => id),
  )
  const summary = summaryOf(customer, after)
  account.emit(
    'entitlements.active_entitlement_summary.updated',
    summary,
    previousAttributes({ ...shownBefore }, { ...summary }),
  )
}

function grant(account: Account, feature: string): ActiveEntitlement {
  return account.state.activeEntitlements.add({
    id: newId.activeEntitlement(),
    object: 'entitlements.active_entitlement',
    feature,
    livemode: false,
    lookup_key: account.state.features.get(feature)?.lookup_key ?? '',
  })
}

/** The features of every product that the customer subscribes to, by id. */
function featuresDue(account: Account, customer: string): Set<string> {
  const { subscriptions, productFeatures } = account.state
  const products = new Set(
    [...subscriptions.values()]
      .filter((each) => each.customer === customer && ENTITLING.includes(each.status))
      .flatMap((each) => each.items.data.map((item) => String(item.price.product))),
  )
  const links = [...productFeatures.values()].filter((link) => products.has(link.product))
  return new Set(links.map((link) => link.feature))
}

interface Summary {
  object: 'entitlements.active_entitlement_summary'
  customer: string
  entitlements: ListObject<ActiveEntitlement>
  livemode: false
}

function summaryOf(customer: string, entitlements: readonly ActiveEntitlement[]): Summary {
  return {
    object: 'entitlements.active_entitlement_summary',
    customer,
    entitlements: {
      object: 'list',
      data: entitlements.slice(0, MAX_SHOWN),
      has_more: entitlements.length > MAX_SHOWN,
      url: `/v1/customer/${customer}/entitlements`,
    },
    livemode: false,
  }
}
