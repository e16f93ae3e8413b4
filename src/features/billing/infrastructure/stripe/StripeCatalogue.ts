import { createHash } from 'node:crypto'
import type Stripe from 'stripe'
import type {
  CatalogueAtStripe,
  CatalogueStep,
  StripePortal,
  StripePrice,
  StripeProduct,
} from '#src/features/billing/domain/catalogue/catalogue-steps.ts'
import type { ICatalogueAtStripe } from '#src/features/billing/domain/catalogue/ICatalogueAtStripe.ts'
import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import { findPortal } from './portal-configuration.ts'
import { portalFeatures } from './portal-features.ts'
import { callStripe } from './stripe-errors.ts'

const PAGE = 100

/** The catalogue at Stripe, through its SDK. */
export class StripeCatalogue implements ICatalogueAtStripe {
  readonly #stripe: Stripe
  readonly #environment: string

  constructor(deps: { stripe: Stripe; environment: string }) {
    this.#stripe = deps.stripe
    this.#environment = deps.environment
  }

  async read(): Promise<CatalogueAtStripe> {
    return callStripe(async () => {
      const products: StripeProduct[] = []
      for await (const product of this.#stripe.products.list({ limit: PAGE }))
        products.push(productOf(product))
      const prices: StripePrice[] = []
      for await (const price of this.#stripe.prices.list({ limit: PAGE })) prices.push(priceOf(price))
      return { products, prices, portal: await this.#portal(prices) }
    })
  }

  async perform(step: CatalogueStep, stripe: CatalogueAtStripe): Promise<void> {
    await callStripe(() => this.#perform(step, stripe))
  }

  async #perform(step: CatalogueStep, stripe: CatalogueAtStripe): Promise<unknown> {
    switch (step.do) {
      case 'create_product':
        return this.#stripe.products.create(productParams(step), this.#once(step))
      case 'update_product':
        return this.#stripe.products.update(step.productId, { active: true, ...productParams(step) })
      case 'create_price':
        return this.#createPrice(step, stripe)
      case 'activate_price':
        return this.#stripe.prices.update(step.priceId, { active: true })
      case 'create_portal':
        return this.#stripe.billingPortal.configurations.create(
          {
            metadata: { [metadataKeys.environment]: this.#environment },
            features: portalFeatures(step.offers, stripe.prices),
          },
          this.#once(step),
        )
      case 'update_portal':
        return this.#stripe.billingPortal.configurations.update(step.configurationId, {
          features: portalFeatures(step.offers, stripe.prices),
        })
    }
  }

  /** The new price takes the lookup key in the same call; only then is the old one closed to new buyers. */
  async #createPrice(
    step: Extract<CatalogueStep, { do: 'create_price' }>,
    { products, prices }: CatalogueAtStripe,
  ): Promise<void> {
    const product =
      products.find(({ plan }) => plan === step.plan)?.productId ??
      prices.find(({ priceId }) => priceId === step.replaces)?.productId
    if (product === undefined) throw new TypeError(`no product for ${step.plan}`)
    const { lookupKey, unitAmount, interval, version } = step.price
    await this.#stripe.prices.create(
      {
        product,
        currency: step.currency,
        unit_amount: unitAmount,
        lookup_key: lookupKey,
        transfer_lookup_key: true,
        metadata: { [metadataKeys.plan]: step.plan, tollgate_version: String(version) },
        ...(interval !== null && { recurring: { interval } }),
      },
      this.#once({ ...step, product }),
    )
    if (step.replaces !== null) await this.#stripe.prices.update(step.replaces, { active: false })
  }

  async #portal(prices: readonly StripePrice[]): Promise<StripePortal | null> {
    const portal = await findPortal(this.#stripe, this.#environment)
    if (portal === null) return null
    const offered = portal.features.subscription_update.products?.flatMap((product) => product.prices) ?? []
    const keys = prices
      .filter(({ priceId }) => offered.includes(priceId))
      .flatMap(({ lookupKey }) => lookupKey ?? [])
    return { configurationId: portal.id, offers: keys.toSorted() }
  }

  #once(step: object): Stripe.RequestOptions {
    const hash = createHash('sha256').update(JSON.stringify(step)).digest('hex').slice(0, 32)
    return { idempotencyKey: `tollgate:${this.#environment}:catalogue:${hash}` }
  }
}

function productParams({ plan, name, description }: { plan: string; name: string; description: string }) {
  return { name, description, metadata: { [metadataKeys.plan]: plan } }
}

function productOf({ id, name, description, active, metadata }: Stripe.Product): StripeProduct {
  return { productId: id, name, description, active, plan: metadata[metadataKeys.plan] ?? null }
}

function priceOf(price: Stripe.Price): StripePrice {
  const { product } = price
  return {
    priceId: price.id,
    productId: typeof product === 'string' ? product : product.id,
    lookupKey: price.lookup_key,
    active: price.active,
    currency: price.currency,
    unitAmount: price.unit_amount,
    interval: price.recurring?.interval ?? null,
    intervalCount: price.recurring?.interval_count ?? null,
  }
}
