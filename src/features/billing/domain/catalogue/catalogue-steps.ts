import type { Catalogue, CataloguePrice, Plan } from './define-catalogue.ts'

/** A product as Stripe has it; `plan` is the plan of the catalogue that it stands for. */
export interface StripeProduct {
  readonly productId: string
  readonly plan: string | null
  readonly name: string
  readonly description: string | null
  readonly active: boolean
}

/** A price as Stripe has it. */
export interface StripePrice {
  readonly priceId: string
  readonly productId: string
  readonly lookupKey: string | null
  readonly active: boolean
  readonly currency: string
  readonly unitAmount: number | null
  readonly interval: string | null
  readonly intervalCount: number | null
}

/** What the customer portal offers: which prices a subscription can change to, by lookup key, sorted. */
export interface StripePortal {
  readonly configurationId: string
  readonly offers: readonly string[]
}

/** What Stripe has of the catalogue. The portal is null where it was never made. */
export interface CatalogueAtStripe {
  readonly products: readonly StripeProduct[]
  readonly prices: readonly StripePrice[]
  readonly portal: StripePortal | null
}

/** One thing to do at Stripe. A price is never edited: another takes its lookup key, and buyers keep what they bought. */
export type CatalogueStep =
  | {
      readonly do: 'create_product'
      readonly plan: string
      readonly name: string
      readonly description: string
    }
  | {
      readonly do: 'update_product'
      readonly plan: string
      readonly productId: string
      readonly name: string
      readonly description: string
    }
  | {
      readonly do: 'create_price'
      readonly plan: string
      readonly price: CataloguePrice
      readonly currency: string
      /** The price that has the lookup key now, and is archived when it has given it up. */
      readonly replaces: string | null
      readonly why: 'missing' | 'other_amount' | 'other_currency' | 'other_interval' | 'other_product'
    }
  | { readonly do: 'activate_price'; readonly priceId: string; readonly lookupKey: string }
  | { readonly do: 'create_portal'; readonly offers: readonly string[] }
  | { readonly do: 'update_portal'; readonly configurationId: string; readonly offers: readonly string[] }

/** What has to be done so that Stripe has the whole catalogue; nothing where it has. Pure. */
export function catalogueSteps(catalogue: Catalogue, stripe: CatalogueAtStripe): readonly CatalogueStep[] {
  const steps: CatalogueStep[] = []
  for (const [plan, definition] of Object.entries<Plan>(catalogue.plans)) {
    const product = productOf(plan, definition, stripe)
    steps.push(...productSteps(plan, definition, product))
    for (const price of definition.prices) {
      steps.push(...priceSteps(plan, price, catalogue.currency, product, stripe))
    }
  }
  return [...steps, ...portalSteps(catalogue, stripe.portal)]
}

/** The product that names the plan; failing that, the one that a price of the plan belongs to. */
function productOf(plan: string, { prices }: Plan, stripe: CatalogueAtStripe): StripeProduct | null {
  const named = stripe.products.find((product) => product.plan === plan)
  if (named !== undefined) return named
  const keys: readonly (string | null)[] = prices.map(({ lookupKey }) => lookupKey)
  const sold = stripe.prices.find(({ lookupKey }) => keys.includes(lookupKey))
  return (
    stripe.products.find(({ productId, plan: other }) => productId === sold?.productId && other === null) ??
    null
  )
}

function productSteps(plan: string, definition: Plan, product: StripeProduct | null): CatalogueStep[] {
  const wanted = { plan, name: definition.name, description: definition.tagline }
  if (product === null) return [{ do: 'create_product', ...wanted }]
  const agrees =
    product.active &&
    product.plan === plan &&
    product.name === wanted.name &&
    product.description === wanted.description
  return agrees ? [] : [{ do: 'update_product', productId: product.productId, ...wanted }]
}

function priceSteps(
  plan: string,
  price: CataloguePrice,
  currency: string,
  product: StripeProduct | null,
  stripe: CatalogueAtStripe,
): CatalogueStep[] {
  const found = stripe.prices.find(({ lookupKey }) => lookupKey === price.lookupKey)
  if (found === undefined) {
    return [{ do: 'create_price', plan, price, currency, replaces: null, why: 'missing' }]
  }
  const why = whyNot(price, currency, product, found)
  if (why !== null) {
    return [{ do: 'create_price', plan, price, currency, replaces: found.priceId, why }]
  }
  return found.active ? [] : [{ do: 'activate_price', priceId: found.priceId, lookupKey: price.lookupKey }]
}

function whyNot(
  price: CataloguePrice,
  currency: string,
  product: StripeProduct | null,
  found: StripePrice,
): Extract<CatalogueStep, { do: 'create_price' }>['why'] | null {
  if (found.currency !== currency) return 'other_currency'
  if (found.unitAmount !== price.unitAmount) return 'other_amount'
  if (found.interval !== price.interval || (found.intervalCount ?? 1) !== 1) return 'other_interval'
  return found.productId === product?.productId ? null : 'other_product'
}

function portalSteps(catalogue: Catalogue, portal: StripePortal | null): CatalogueStep[] {
  const offers = portalOffers(catalogue)
  if (portal === null) return [{ do: 'create_portal', offers }]
  const agrees = portal.offers.join() === offers.join()
  return agrees ? [] : [{ do: 'update_portal', configurationId: portal.configurationId, offers }]
}

/** What a subscription can change to in the portal: of each plan that renews, its newest version's prices. */
function portalOffers({ plans }: Catalogue): readonly string[] {
  return Object.values<Plan>(plans)
    .filter(({ kind }) => kind === 'subscription')
    .flatMap(({ versions, prices }) => {
      const newest = Math.max(...Object.keys(versions).map(Number))
      return prices.filter(({ version }) => version === newest).map(({ lookupKey }) => lookupKey)
    })
    .toSorted()
}
