import type Stripe from 'stripe'
import type {
  IStripeEvents,
  StripeEventRange,
} from '#src/features/billing/domain/interfaces/IStripeEvents.ts'
import type { IStripeWebhooks, ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { callStripe, isMissing, stripeError } from './stripe-errors.ts'

/** The largest page that Stripe gives (docs.stripe.com/api/pagination). */
const PAGE = 100

/** The most types that one list can be asked for (docs.stripe.com/api/events/list). */
const TYPES_MAX = 20

/** Stripe's list of events, in the shapes that they were made in. */
export class StripeEvents implements IStripeEvents {
  readonly #stripe: Stripe
  readonly #webhooks: Pick<IStripeWebhooks, 'parse'>

  constructor(deps: { stripe: Stripe; webhooks: Pick<IStripeWebhooks, 'parse'> }) {
    this.#stripe = deps.stripe
    this.#webhooks = deps.webhooks
  }

  /** Many types are asked for in several lists, one after the other. */
  async *listEvents({ since, until, types }: StripeEventRange): AsyncGenerator<ParsedEvent> {
    for (let at = 0; at < types.length; at += TYPES_MAX) {
      const listing = this.#stripe.events.list({
        created: { gte: since, lt: until },
        types: types.slice(at, at + TYPES_MAX),
        limit: PAGE,
      })
      try {
        for await (const event of listing) {
          const parsed = this.#parse(event)
          if (parsed !== null) yield parsed
        }
      } catch (error) {
        throw stripeError(error)
      }
    }
  }

  async retrieveEvent(eventId: string): Promise<ParsedEvent | null> {
    return callStripe(async () => {
      try {
        return this.#parse(await this.#stripe.events.retrieve(eventId))
      } catch (error) {
        if (isMissing(error)) return null
        throw error
      }
    })
  }

  #parse(event: Stripe.Event): ParsedEvent | null {
    return this.#webhooks.parse(Buffer.from(JSON.stringify(event)))
  }
}
