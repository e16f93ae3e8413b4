/** How often a price is charged; null is once. Stripe's `recurring.interval`. */
export type BillingInterval = 'month' | 'year'

/** How several sources of one user combine a limit: the largest counts, or they add up. */
export type LimitCombination = 'max' | 'add'

/** A limit's number; `quantity` takes the number of seats that were bought. */
export type LimitValue = number | 'quantity'

/** One price at Stripe, found by its lookup key. `unitAmount` is in the currency's minor unit. */
export interface CataloguePrice {
  readonly lookupKey: string
  readonly version: number
  readonly interval: BillingInterval | null
  readonly unitAmount: number
}

/** What a version of a plan opens. */
export interface PlanTerms<F extends string, L extends string> {
  readonly features: readonly F[]
  readonly limits: Readonly<Partial<Record<L, LimitValue>>>
}

interface PlanBase<F extends string, L extends string> {
  readonly name: string
  readonly tagline: string
  readonly recommended?: true
  readonly versions: Readonly<Record<number, PlanTerms<F, L>>>
  readonly prices: readonly CataloguePrice[]
}

/**
 * A plan that renews. `seats` makes the quantity the buyer's choice; `trialDays` starts it with a trial. With `addOnTo`
 * it is an add-on: an item beside one of these plans, sold with them and never by itself.
 */
export interface SubscriptionPlan<F extends string = string, L extends string = string>
  extends PlanBase<F, L> {
  readonly kind: 'subscription'
  readonly trialDays?: number
  readonly seats?: { readonly min: number; readonly max: number }
  readonly addOnTo?: readonly string[]
}

/**
 * A plan that is paid once. `durationDays` null lasts for life: then it can be bought once, unless it is `repeatable`
 * (a pack, each of which adds to the limits that add up). Passes of one plan stand end to end.
 */
export interface OneTimePlan<F extends string = string, L extends string = string> extends PlanBase<F, L> {
  readonly kind: 'one_time'
  readonly durationDays: number | null
  readonly repeatable?: true
}

export type Plan<F extends string = string, L extends string = string> =
  | SubscriptionPlan<F, L>
  | OneTimePlan<F, L>

/** The whole offer. */
export interface Catalogue<F extends string = string, L extends string = string, P extends string = string> {
  readonly currency: string
  readonly features: Readonly<Record<F, { readonly name: string; readonly description: string }>>
  readonly limits: Readonly<Record<L, { readonly name: string; readonly combine: LimitCombination }>>
  readonly free: { readonly name: string; readonly tagline: string } & {
    readonly features: readonly F[]
    readonly limits: Readonly<Partial<Record<L, number>>>
  }
  readonly plans: Readonly<Record<P, Plan<F, L>>>
}

/**
 * Checks a catalogue where the compiler cannot: every price names a version that exists, no lookup key stands
 * twice, a plan has no two prices of one interval and version, one-time plans have no interval and subscriptions
 * have one, and an add-on names plans that exist and are none themselves. Throws an `Error` that names the offender; it runs when the module is loaded, so a broken catalogue
 * never serves a request.
 */
export function defineCatalogue<const F extends string, const L extends string, const P extends string>(
  catalogue: Catalogue<F, L, P>,
): Catalogue<F, L, P> {
  const seen = new Set<string>()
  const plans = new Map(Object.entries<Plan<F, L>>(catalogue.plans))
  for (const [key, plan] of plans) {
    for (const base of addOnTo(plan) ?? []) {
      const basePlan = plans.get(base)
      if (basePlan?.kind !== 'subscription' || addOnTo(basePlan) !== null) {
        throw new Error(
          `catalogue: plan ${key} adds to ${base}, which is no subscription that stands by itself`,
        )
      }
    }
    const sold = new Set<string>()
    for (const price of plan.prices) {
      const where = `catalogue: plan ${key}, price ${price.lookupKey}`
      if (seen.has(price.lookupKey)) throw new Error(`${where}: the lookup key stands twice`)
      seen.add(price.lookupKey)
      if (!Object.hasOwn(plan.versions, price.version)) {
        throw new Error(`${where}: version ${price.version} is not defined`)
      }
      const offer = `${price.interval ?? 'once'}, version ${price.version}`
      if (sold.has(offer)) throw new Error(`${where}: the plan has a price for ${offer} already`)
      sold.add(offer)
      if ((plan.kind === 'subscription') !== (price.interval !== null)) {
        throw new Error(
          `${where}: a ${plan.kind} price ${price.interval === null ? 'needs an' : 'has no'} interval`,
        )
      }
    }
  }
  return catalogue
}

/** The plans that a plan adds to; null where it stands by itself. */
export function addOnTo(plan: Plan): readonly string[] | null {
  // Stryker disable next-line ConditionalExpression: nothing else has bases
  return plan.kind === 'subscription' ? (plan.addOnTo ?? null) : null
}
