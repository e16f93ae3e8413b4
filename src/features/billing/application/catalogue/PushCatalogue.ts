import type { CatalogueStep } from '#src/features/billing/domain/catalogue/catalogue-steps.ts'
import { catalogueSteps } from '#src/features/billing/domain/catalogue/catalogue-steps.ts'
import type { Catalogue } from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import type { ICatalogueAtStripe } from '#src/features/billing/domain/catalogue/ICatalogueAtStripe.ts'

/** Makes at Stripe what the catalogue says. */
export class PushCatalogue {
  readonly #catalogue: Catalogue
  readonly #stripe: ICatalogueAtStripe

  constructor(deps: { catalogue: Catalogue; stripe: ICatalogueAtStripe }) {
    this.#catalogue = deps.catalogue
    this.#stripe = deps.stripe
  }

  /** What a push would do now. Throws `BillingError`. */
  async diff(): Promise<readonly CatalogueStep[]> {
    return catalogueSteps(this.#catalogue, await this.#stripe.read())
  }

  /** Does it; a second push finds nothing to do. What each step leads to is read before the next. Throws `BillingError`. */
  async push(): Promise<readonly CatalogueStep[]> {
    const done: CatalogueStep[] = []
    const planned = (await this.diff()).length
    for (let taken = 0; taken < planned; taken += 1) {
      const stripe = await this.#stripe.read()
      const [next] = catalogueSteps(this.#catalogue, stripe)
      if (next === undefined) break
      await this.#stripe.perform(next, stripe)
      done.push(next)
    }
    return done
  }
}
