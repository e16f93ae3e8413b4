import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { Account } from './account.ts'
import { createPrice } from './resources/prices.ts'
import { createProduct } from './resources/products.ts'

/** Fills the account with the catalogue: a product for each plan, a price under each lookup key. */
export function seedCatalogue(account: Account): void {
  for (const [key, plan] of Object.entries(catalogue.plans)) {
    const product = createProduct(account, {
      name: plan.name,
      description: plan.tagline,
      metadata: { plan: key },
    })
    for (const price of plan.prices) {
      createPrice(account, {
        currency: catalogue.currency,
        unit_amount: price.unitAmount,
        product: product.id,
        lookup_key: price.lookupKey,
        metadata: { plan: key, version: String(price.version) },
        ...(price.interval === null ? {} : { recurring: { interval: price.interval } }),
      })
    }
  }
}
