import type { CatalogueAtStripe, CatalogueStep } from './catalogue-steps.ts'

/** Products, prices and the portal's configuration at Stripe. Throws `BillingError`. */
export interface ICatalogueAtStripe {
  read(): Promise<CatalogueAtStripe>
  /**
   * Does one step, under an idempotency key made of the step: done twice at once, it is done once. Steps are done in
   * their order: a price needs its product, the portal needs the prices.
   */
  perform(step: CatalogueStep, stripe: CatalogueAtStripe): Promise<void>
}
