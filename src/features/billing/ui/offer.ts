import {
  catalogue,
  type Feature,
  type Limit,
  type PlanKey,
} from '#src/features/billing/domain/catalogue/catalogue.ts'
import {
  addOnTo,
  type BillingInterval,
  type LimitValue,
  type PlanTerms,
} from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import { planOf, plans, priceOf, termsOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { formatCount, formatMoney } from '#src/shared/ui/format-money.ts'

/** What stands in the first column: the plan that costs nothing, or one that is sold. */
export type OfferKey = 'free' | PlanKey

/** One line of a plan: what it is, whether it is in, and its number where it has one. */
export interface OfferLine {
  readonly key: string
  readonly name: string
  readonly included: boolean
  readonly figure: string | null
}

const features = Object.entries(catalogue.features) as [Feature, { name: string; description: string }][]
const limits = Object.entries(catalogue.limits) as [Limit, { name: string }][]

/** Plans that renew and stand by themselves, in the catalogue's order. */
export const subscriptionPlans: readonly PlanKey[] = plans
  .filter(([, plan]) => plan.kind === 'subscription' && addOnTo(plan) === null)
  .map(([key]) => key)

/** Plans that are paid once, in the catalogue's order. */
export const oneTimePlans: readonly PlanKey[] = plans
  .filter(([, plan]) => plan.kind === 'one_time')
  .map(([key]) => key)

/** An amount of the catalogue's currency, in its minor unit, as text. */
export function formatPrice(minorUnits: number): string {
  return formatMoney(minorUnits, catalogue.currency)
}

/** What a plan costs a month, in the minor unit: the twelfth part of a yearly price, rounded to a whole unit. */
export function perMonth(planKey: PlanKey, interval: BillingInterval): number | null {
  const price = priceOf(planKey, interval)
  if (price === null) return null
  return interval === 'year' ? Math.round(price.unitAmount / 12) : price.unitAmount
}

/** What twelve months cost more than a year does, in the minor unit; 0 where there is nothing to save. */
export function yearlySaving(planKey: PlanKey): number {
  const monthly = priceOf(planKey, 'month')
  const yearly = priceOf(planKey, 'year')
  return monthly && yearly ? Math.max(0, monthly.unitAmount * 12 - yearly.unitAmount) : 0
}

/** What a plan opens as it is sold now. */
export function currentTerms(key: OfferKey): PlanTerms<Feature, Limit> {
  if (key === 'free') return catalogue.free
  const newest = Math.max(...planOf(key).prices.map((price) => price.version))
  return termsOf(key, newest) ?? { features: [], limits: {} }
}

/**
 * Every feature and limit of the catalogue in its order, as this plan has it. A limit that bears the name of a feature
 * is that feature's number and has no line of its own.
 */
export function offerLines(key: OfferKey): readonly OfferLine[] {
  const terms = currentTerms(key)
  const figureOf = (limit: string) => formatLimit(terms.limits[limit as Limit])
  return [
    ...features.map(([feature, { name }]) => ({
      key: feature,
      name,
      included: terms.features.includes(feature),
      figure: figureOf(feature),
    })),
    ...limits
      .filter(([limit]) => !Object.hasOwn(catalogue.features, limit))
      .map(([limit, { name }]) => ({
        key: limit,
        name,
        included: figureOf(limit) !== null,
        figure: figureOf(limit),
      })),
  ]
}

function formatLimit(value: LimitValue | undefined): string | null {
  if (value === undefined) return null
  return value === 'quantity' ? 'You choose' : formatCount(value)
}

/** The plan to offer to somebody who wants this feature: a recommended one, else the first that renews and has it. */
export function planThatOpens(feature: Feature): PlanKey | null {
  const opening = subscriptionPlans.filter((key) => currentTerms(key).features.includes(feature))
  return opening.find((key) => planOf(key).recommended) ?? opening[0] ?? null
}
