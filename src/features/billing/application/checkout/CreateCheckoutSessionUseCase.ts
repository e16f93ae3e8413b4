import { createHash, randomUUID } from 'node:crypto'
import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { isRepeatable } from '#src/features/billing/domain/catalogue/lookup.ts'
import {
  type CheckoutSession,
  offerTo,
  type PricedOrder,
  parametersOf,
  priceOrder,
  RESERVATION_TAKEOVER_SECONDS,
} from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import type {
  CheckoutAttempt,
  ICheckoutAttempts,
} from '#src/features/billing/domain/checkout/interfaces/ICheckoutAttempts.ts'
import type { ICheckoutRepository } from '#src/features/billing/domain/checkout/interfaces/ICheckoutRepository.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import type { CreateCheckoutSessionResponse } from '#src/shared/types/billing.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { RateLimiter } from '#src/shared/types/rate-limiter.ts'
import type { ConfirmCheckout } from './ConfirmCheckout.ts'
import { type CreateCheckoutSessionRequest, orderOf } from './dto/CreateCheckoutSessionRequest.ts'

/** Expiring one session, or a final answer of Stripe's, leads to another try: a bound on how often within one request. */
export const RESERVATION_TRIES_MAX = 4

export type CreateCheckoutSessionResult =
  | { readonly kind: 'created'; readonly session: CreateCheckoutSessionResponse }
  | { readonly kind: 'already_subscribed'; readonly plan: PlanKey; readonly status: string }
  | { readonly kind: 'checkout_in_progress'; readonly retryAfterSeconds: number }
  | { readonly kind: 'rate_limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'invalid_promotion_code' }

const IN_PROGRESS: CreateCheckoutSessionResult = {
  kind: 'checkout_in_progress',
  retryAfterSeconds: RESERVATION_TAKEOVER_SECONDS,
}

interface Buyer {
  readonly id: string
  readonly email: string | null
}

/**
 * Opens a Stripe Checkout session for the signed-in user. However often and from however many tabs and processes it
 * is called: one customer a user, at most one open session a user, and none for who already has the plan.
 */
export class CreateCheckoutSessionUseCase {
  readonly #attempts: ICheckoutAttempts
  readonly #checkout: ICheckoutRepository
  readonly #limiter: RateLimiter
  readonly #clock: Clock
  readonly #confirmCheckout: Pick<ConfirmCheckout, 'execute'>
  readonly #policy: Pick<Policy, 'trial'>
  readonly #environment: string

  constructor(deps: {
    attempts: ICheckoutAttempts
    checkout: ICheckoutRepository
    limiter: RateLimiter
    clock: Clock
    confirmCheckout: Pick<ConfirmCheckout, 'execute'>
    policy: Pick<Policy, 'trial'>
    environment: string
  }) {
    this.#attempts = deps.attempts
    this.#checkout = deps.checkout
    this.#limiter = deps.limiter
    this.#clock = deps.clock
    this.#confirmCheckout = deps.confirmCheckout
    this.#policy = deps.policy
    this.#environment = deps.environment
  }

  /**
   * Where to send the buyer, or why not. Throws `BillingError`; after a retryable one the same call goes on with the
   * same attempt and makes no second session.
   */
  async execute({
    user,
    request,
  }: {
    user: Buyer
    request: CreateCheckoutSessionRequest
  }): Promise<CreateCheckoutSessionResult> {
    const order = priceOrder(orderOf(request))
    if (order === null) throw new RangeError('a request that was not validated')
    const verdict = await this.#limiter.take(user.id)
    if (!verdict.allowed) return { kind: 'rate_limited', retryAfterSeconds: verdict.retryAfterSeconds }
    const promotionCodeId =
      order.promotionCode === null ? null : await this.#checkout.findPromotionCode(order.promotionCode)
    if (order.promotionCode !== null && promotionCodeId === null) return { kind: 'invalid_promotion_code' }
    for (let tries = 0; tries < RESERVATION_TRIES_MAX; tries += 1) {
      const result = await this.#try(user, order, promotionCodeId)
      if (result !== 'again') return result
    }
    throw new BillingError('stripe_unavailable', {
      retryable: true,
      cause: 'no answer of Stripe was a session',
    })
  }

  async #try(
    user: Buyer,
    order: PricedOrder,
    promotionCodeId: string | null,
  ): Promise<CreateCheckoutSessionResult | 'again'> {
    const now = this.#clock.now()
    const reservation = await this.#attempts.reserve({
      userId: user.id,
      plan: order.plan,
      renewing: order.mode === 'subscription',
      repeatable: isRepeatable(order.plan),
      parametersHash: hashOf(order),
      attemptId: randomUUID(),
      now,
    })
    switch (reservation.outcome) {
      case 'already_subscribed':
        return { kind: 'already_subscribed', plan: reservation.plan, status: reservation.status }
      case 'in_progress':
        return IN_PROGRESS
      case 'open':
        return reservation.session.isPayable(now) ? created(reservation.session) : 'again'
      case 'other_open': {
        // Ended at Stripe before another is opened, so that two tabs cannot both pay.
        const { sessionId } = reservation.session
        const ended = await this.#checkout.expireSession(sessionId)
        // Paid a moment ago, and its webhook has not come: what it bought must be known before more is sold.
        if (ended === 'complete') await this.#confirmCheckout.execute({ userId: user.id, sessionId })
        await this.#attempts.close(
          reservation.attempt.attemptId,
          ended === 'complete' ? 'completed' : 'expired',
        )
        return 'again'
      }
      case 'reserved':
      case 'taken_over': {
        const customerId =
          reservation.attempt.customerId ?? (await this.#customerOf(user, reservation.attempt))
        // An abandoned holder may have opened a session that nobody remembers.
        if (reservation.outcome === 'taken_over') await this.#expireForgotten(customerId)
        // So late that somebody else may have taken over.
        if (this.#clock.now() - now >= RESERVATION_TAKEOVER_SECONDS * 1000) return 'again'
        const offered = offerTo(order, reservation.attempt, this.#policy)
        return this.#open(user, offered, promotionCodeId, { ...reservation.attempt, customerId })
      }
    }
  }

  async #open(
    user: Buyer,
    order: PricedOrder,
    promotionCodeId: string | null,
    attempt: CheckoutAttempt & { customerId: string },
  ): Promise<CreateCheckoutSessionResult | 'again'> {
    const creation = await this.#checkout.createSession({
      userId: user.id,
      customerId: attempt.customerId,
      order,
      promotionCodeId,
      idempotencyKey: `tollgate:${this.#environment}:checkout:${attempt.attemptId}:${attempt.attemptNumber}:${hashOf(order)}`,
    })
    // A stored error, or a session that is over already, is all that this key will ever answer.
    if (creation.kind === 'final_error' || !creation.session.isPayable(this.#clock.now())) {
      await this.#attempts.renew(attempt)
      return 'again'
    }
    if (await this.#attempts.open(attempt, creation.session)) return created(creation.session)
    // Overtaken: what the buyer asked for since then stands.
    await this.#checkout.expireSession(creation.session.sessionId)
    return IN_PROGRESS
  }

  async #customerOf(user: Buyer, { customersBefore }: CheckoutAttempt): Promise<string> {
    const customerId = await this.#checkout.createCustomer({ ...user, customersBefore })
    return this.#attempts.linkCustomer(user.id, customerId, this.#clock.now())
  }

  async #expireForgotten(customerId: string): Promise<void> {
    for (const sessionId of await this.#checkout.listOpenSessions(customerId)) {
      await this.#checkout.expireSession(sessionId)
    }
  }
}

function created(session: CheckoutSession & { readonly url: string }): CreateCheckoutSessionResult {
  return {
    kind: 'created',
    session: { sessionId: session.sessionId, url: session.url, expiresAt: session.expiresAt },
  }
}

function hashOf(order: PricedOrder): string {
  return createHash('sha256').update(parametersOf(order)).digest('hex').slice(0, 32)
}
