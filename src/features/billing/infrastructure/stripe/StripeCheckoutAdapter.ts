import { LRUCache } from 'lru-cache'
import Stripe from 'stripe'
import { CheckoutSession, type PricedOrder } from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import type {
  ICheckoutRepository,
  NewCheckoutSession,
  SessionCreation,
} from '#src/features/billing/domain/checkout/interfaces/ICheckoutRepository.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import { metadataKeys, TRIAL_ONCE_PER_CARD } from '#src/features/billing/domain/facts/Metadata.ts'
import { findPortal } from './portal-configuration.ts'
import { callStripe, isFinalForItsKey } from './stripe-errors.ts'

/** For how long the id behind a lookup key is remembered; a key that is moved to another price is seen after it. */
export const PRICE_ID_TTL_MS = 10 * 60_000

/** What Stripe's page says of a trial that is once a card. */
export const TRIAL_NOTE =
  'The trial is once for each card. If this card has had one, your plan is paid from today.'

/** Customers and Checkout sessions at Stripe, through its SDK. Return URLs are built from the configured origin. */
export class StripeCheckoutAdapter implements ICheckoutRepository {
  readonly #stripe: Stripe
  readonly #appUrl: string
  readonly #environment: string
  readonly #priceIds = new LRUCache<string, string>({ max: 1_000, ttl: PRICE_ID_TTL_MS })
  readonly #portalIds = new LRUCache<string, string>({ max: 1, ttl: PRICE_ID_TTL_MS })

  constructor(deps: { stripe: Stripe; appUrl: string; environment: string }) {
    this.#stripe = deps.stripe
    this.#appUrl = deps.appUrl
    this.#environment = deps.environment
  }

  async createCustomer(user: Parameters<ICheckoutRepository['createCustomer']>[0]): Promise<string> {
    const generation = user.customersBefore ? `:${user.customersBefore}` : ''
    return callStripe(async () => {
      // Only what never changes: with other parameters Stripe would refuse the key.
      const { id } = await this.#stripe.customers.create(
        { metadata: { [metadataKeys.userId]: user.id, [metadataKeys.environment]: this.#environment } },
        { idempotencyKey: `tollgate:${this.#environment}:customer:${user.id}${generation}` },
      )
      if (user.email !== null) await this.#stripe.customers.update(id, { email: user.email })
      return id
    })
  }

  async createSession(request: NewCheckoutSession): Promise<SessionCreation> {
    return callStripe(async () => {
      const price = await this.#priceId(request.order.lookupKey)
      try {
        const session = await this.#stripe.checkout.sessions.create(this.#parameters(request, price), {
          idempotencyKey: request.idempotencyKey,
        })
        return { kind: 'created', session: sessionOf(session) }
      } catch (error) {
        if (isFinalForItsKey(error)) return { kind: 'final_error' }
        throw error
      }
    })
  }

  async expireSession(sessionId: string): Promise<'expired' | 'complete'> {
    return callStripe(async () => {
      try {
        await this.#stripe.checkout.sessions.expire(sessionId)
        return 'expired'
      } catch (error) {
        // Only an open session can be expired: what it is instead must be looked at.
        if (!(error instanceof Stripe.errors.StripeInvalidRequestError)) throw error
        const { status } = await this.#stripe.checkout.sessions.retrieve(sessionId)
        if (status === 'open') throw error
        return status === 'complete' ? 'complete' : 'expired'
      }
    })
  }

  async listOpenSessions(customerId: string): Promise<readonly string[]> {
    return callStripe(async () => {
      const sessions = await this.#stripe.checkout.sessions.list({
        customer: customerId,
        status: 'open',
        limit: 100,
      })
      return sessions.data
        .filter((session) => session.metadata?.[metadataKeys.environment] === this.#environment)
        .map((session) => session.id)
    })
  }

  async findPromotionCode(code: string): Promise<string | null> {
    return callStripe(async () => {
      const { data } = await this.#stripe.promotionCodes.list({ code, active: true, limit: 1 })
      return data[0]?.id ?? null
    })
  }

  async createPortalSession(customerId: string, returnPath: string): Promise<string> {
    return callStripe(async () => {
      const configuration = await this.#portalId()
      const { url } = await this.#stripe.billingPortal.sessions.create({
        customer: customerId,
        return_url: new URL(returnPath, this.#appUrl).href,
        ...(configuration !== null && { configuration }),
      })
      return url
    })
  }

  /** The configuration that was pushed with the catalogue; null leaves the portal as Stripe's dashboard has it. */
  async #portalId(): Promise<string | null> {
    const known = this.#portalIds.get(this.#environment)
    if (known !== undefined) return known
    const portal = await findPortal(this.#stripe, this.#environment)
    if (portal !== null) this.#portalIds.set(this.#environment, portal.id)
    return portal?.id ?? null
  }

  async #priceId(lookupKey: string): Promise<string> {
    const known = this.#priceIds.get(lookupKey)
    if (known !== undefined) return known
    const { data } = await this.#stripe.prices.list({ lookup_keys: [lookupKey], active: true, limit: 1 })
    const [price] = data
    if (price === undefined) {
      throw new BillingError('stripe_refused', {
        retryable: false,
        cause: `no price with lookup key ${lookupKey}`,
      })
    }
    this.#priceIds.set(lookupKey, price.id)
    return price.id
  }

  /** The same request always gives the same parameters: an idempotency key stands for exactly one set of them. */
  #parameters(request: NewCheckoutSession, price: string): Stripe.Checkout.SessionCreateParams {
    const { order, userId, customerId, promotionCodeId } = request
    const metadata = {
      [metadataKeys.userId]: userId,
      [metadataKeys.plan]: order.plan,
      [metadataKeys.lookupKey]: order.lookupKey,
      [metadataKeys.environment]: this.#environment,
    }
    return {
      mode: order.mode,
      customer: customerId,
      client_reference_id: userId,
      line_items: [{ price, quantity: order.quantity }],
      metadata,
      success_url: `${this.#appUrl}/checkout/success?session_id={CHECKOUT_SESSION_ID}`,
      cancel_url: `${this.#appUrl}/checkout/cancelled?${cancelQuery(order)}`,
      // Beside the button, before anybody pays: whoever is charged at once was told so.
      ...(order.trialOncePerCard && { custom_text: { submit: { message: TRIAL_NOTE } } }),
      ...(promotionCodeId !== null && { discounts: [{ promotion_code: promotionCodeId }] }),
      // On the object that later events are about as well, so that each of them says whose it is.
      ...(order.mode === 'subscription'
        ? {
            subscription_data: {
              metadata: {
                ...metadata,
                ...(order.trialOncePerCard && { [metadataKeys.trial]: TRIAL_ONCE_PER_CARD }),
              },
              ...(order.trialDays !== null && { trial_period_days: order.trialDays }),
            },
          }
        : { payment_intent_data: { metadata } }),
    }
  }
}

function cancelQuery(order: PricedOrder): URLSearchParams {
  return new URLSearchParams({
    plan: order.plan,
    ...(order.interval !== null && { interval: order.interval }),
  })
}

function sessionOf(session: Stripe.Checkout.Session): CheckoutSession {
  return new CheckoutSession({
    sessionId: session.id,
    url: session.url,
    status: statusOf(session.status),
    expiresAt: session.expires_at * 1000,
  })
}

/** A word that we do not know is not one that can be paid on. */
function statusOf(word: string | null): CheckoutSession['status'] {
  return word === 'open' || word === 'complete' ? word : 'expired'
}
