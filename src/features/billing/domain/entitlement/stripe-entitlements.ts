import { catalogue, type Feature } from '../catalogue/catalogue.ts'
import { accessAt } from './decide-entitlements.ts'
import type { EntitlementSource, UserEntitlements } from './UserEntitlements.ts'

/**
 * Whether the features that Stripe's own entitlements give a customer are others than those that their sources give
 * here. What Stripe says is never a grant: our catalogue decides. Pure.
 *
 * Compared are features that the catalogue knows by the same key. A refund or dispute withholds here and not there,
 * and Stripe knows nothing of payments made once or of grants by hand: neither is a difference. An account that gives
 * none of our features does not use them.
 */
export function differsFromStripe(
  lookupKeys: readonly string[],
  entitlements: UserEntitlements,
  now: number,
): boolean {
  const stripes = new Set(lookupKeys.filter(isFeature))
  const ours = featuresOf(entitlements.sources, entitlements, now)
  if ([...stripes].some((feature) => !ours.has(feature))) return true
  const subscriptions = entitlements.sources.filter(({ kind }) => kind === 'subscription')
  const free = new Set<Feature>(catalogue.free.features)
  const subscribed = featuresOf(subscriptions, entitlements, now)
  return stripes.size > 0 && [...subscribed].some((feature) => !free.has(feature) && !stripes.has(feature))
}

function featuresOf(
  sources: readonly EntitlementSource[],
  entitlements: UserEntitlements,
  now: number,
): ReadonlySet<Feature> {
  // Stryker disable next-line ArrayDeclaration: what is no hold withholds nothing
  const unheld = sources.map((source) => ({ ...source, holds: [] }))
  return new Set(accessAt({ ...entitlements, sources: unheld }, now).features)
}

function isFeature(key: string): key is Feature {
  return Object.hasOwn(catalogue.features, key)
}
