import { catalogue, type Feature, type Limit, type PlanKey } from './catalogue.ts'
import {
  addOnTo,
  type BillingInterval,
  type CataloguePrice,
  type Plan,
  type PlanTerms,
} from './define-catalogue.ts'

/** A price of the catalogue with the plan that it buys. */
export interface PricedPlan {
  readonly planKey: PlanKey
  readonly plan: Plan<Feature, Limit>
  readonly price: CataloguePrice
}

/** Every plan with its key, in the catalogue's order. */
export const plans: readonly (readonly [PlanKey, Plan<Feature, Limit>])[] = Object.entries(
  catalogue.plans,
) as [PlanKey, Plan<Feature, Limit>][]

const byLookupKey: ReadonlyMap<string | null, PricedPlan> = new Map(
  plans.flatMap(([planKey, plan]) =>
    plan.prices.map((price) => [price.lookupKey, { planKey, plan, price }] as const),
  ),
)

/** Whether a word from outside is the key of a plan. */
export function isPlanKey(word: string): word is PlanKey {
  return Object.hasOwn(catalogue.plans, word)
}

/** The plan of this key. */
export function planOf(planKey: PlanKey): Plan<Feature, Limit> {
  return catalogue.plans[planKey]
}

/** The price behind a lookup key of Stripe's, or null where the catalogue does not know it. */
export function findByLookupKey(lookupKey: string | null): PricedPlan | null {
  return byLookupKey.get(lookupKey) ?? null
}

/** The price at which a plan is sold now: the one of its newest version for this interval; null where there is none. */
export function priceOf(planKey: PlanKey, interval: BillingInterval | null): CataloguePrice | null {
  const prices = planOf(planKey).prices.filter((price) => price.interval === interval)
  // Stryker disable next-line ArithmeticOperator,ArrowFunction: no plan of this catalogue has a second version
  return prices.toSorted((a, b) => b.version - a.version)[0] ?? null
}

/** What a version of a plan opens, or null where the catalogue has no such version (any more). */
export function termsOf(planKey: PlanKey, version: number): PlanTerms<Feature, Limit> | null {
  return planOf(planKey).versions[version] ?? null
}

/** The plans that an add-on needs one of; null for a plan that stands by itself. */
export function baseOf(planKey: PlanKey): readonly PlanKey[] | null {
  // Stryker disable next-line MethodExpression: the catalogue was refused if a base were no plan
  return addOnTo(planOf(planKey))?.filter(isPlanKey) ?? null
}

/** Whether a user buys it once: a plan that renews and stands by itself, or what lasts for life and is no pack. */
export function isBoughtOnce(planKey: PlanKey): boolean {
  const plan = planOf(planKey)
  return plan.kind === 'subscription'
    ? addOnTo(plan) === null
    : plan.durationDays === null && !isRepeatable(planKey)
}

/** Whether a plan that lasts for life can be bought again and again. */
export function isRepeatable(planKey: PlanKey): boolean {
  return 'repeatable' in planOf(planKey)
}
