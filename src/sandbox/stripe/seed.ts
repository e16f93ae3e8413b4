import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { Account } from './account.ts'
import { createPrice } from './life/prices.ts'
import { createProduct } from './life/products.ts'

/** Fills the account with what it lacks of the catalogue: a product for each plan, a price under each lookup key. */
export function seedCatalogue(account: Account): void {
  const { prices, products } = account.state
  const sold = new Set([...prices.values()].map((price) => price.lookup_key))
  for (const [key, plan] of Object.entries(catalogue.plans)) {
    const missing = plan.prices.filter(({ lookupKey }) => !sold.has(lookupKey))
    if (missing.length === 0) continue
    const known = [...products.values()].find(({ metadata }) => metadata.tollgate_plan === key)
    const product =
      known ??
      createProduct(account, {
        name: plan.name,
        description: plan.tagline,
        metadata: { tollgate_plan: key },
      })
    for (const price of missing) {
      createPrice(account, {
        currency: catalogue.currency,
        unit_amount: price.unitAmount,
        product: product.id,
        lookup_key: price.lookupKey,
        metadata: { tollgate_plan: key, tollgate_version: String(price.version) },
        ...(price.interval === null ? {} : { recurring: { interval: price.interval } }),
      })
    }
  }
}
