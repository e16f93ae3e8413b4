import type { CheckoutSession as CheckoutSessionData } from '#src/shared/types/billing.ts'
import type { PlanKey } from '../catalogue/catalogue.ts'
import type { BillingInterval } from '../catalogue/define-catalogue.ts'
import { planOf, priceOf } from '../catalogue/lookup.ts'
import type { Policy } from '../policy/policy.ts'

/** A reservation for which nobody has asked for this long, and which has no session yet, can be taken over. */
export const RESERVATION_TAKEOVER_SECONDS = 60

/** What somebody wants to buy, in the catalogue's words: never an amount, never a price id. */
export interface CheckoutOrder {
  readonly plan: PlanKey
  readonly interval: BillingInterval | null
  readonly quantity: number
  readonly promotionCode: string | null
}

/** An order with all that Stripe must be told of it. */
export interface PricedOrder extends CheckoutOrder {
  readonly mode: 'subscription' | 'payment'
  readonly lookupKey: string
  readonly trialDays: number | null
  /** Whether the buyer is told that the trial is once a card. */
  readonly trialOncePerCard: boolean
}

/** The order at the price at which the plan is sold now; null where the plan has no such interval. */
export function priceOrder(order: CheckoutOrder): PricedOrder | null {
  const plan = planOf(order.plan)
  const price = priceOf(order.plan, order.interval)
  if (price === null) return null
  return {
    ...order,
    mode: plan.kind === 'subscription' ? 'subscription' : 'payment',
    lookupKey: price.lookupKey,
    // Stryker disable next-line ConditionalExpression: nothing else has days of trial
    trialDays: plan.kind === 'subscription' ? (plan.trialDays ?? null) : null,
    trialOncePerCard: false,
  }
}

/** The order as this buyer gets it (F89): who had a subscription before has had the trial; of others the card may have. */
export function offerTo(
  order: PricedOrder,
  { subscribedBefore }: { readonly subscribedBefore: boolean },
  { trial }: Pick<Policy, 'trial'>,
): PricedOrder {
  const trialDays = mayTry(subscribedBefore, { trial }) ? order.trialDays : null
  return { ...order, trialDays, trialOncePerCard: trialDays !== null && trial.oncePerCard }
}

/** Whether a trial is for this buyer. */
export function mayTry(subscribedBefore: boolean, { trial }: Pick<Policy, 'trial'>): boolean {
  return !(trial.oncePerUser && subscribedBefore)
}

/** Two orders are the same purchase when this is the same: it goes into the idempotency key as a hash. */
export function parametersOf(order: PricedOrder): string {
  const { mode, lookupKey, quantity, trialDays, trialOncePerCard, promotionCode } = order
  return JSON.stringify([mode, lookupKey, quantity, trialDays, trialOncePerCard, promotionCode])
}

/** A session as Stripe made it, and what may be done with it. */
export class CheckoutSession implements CheckoutSessionData {
  readonly sessionId: string
  readonly url: string | null
  readonly status: 'open' | 'complete' | 'expired'
  readonly expiresAt: number

  constructor(session: CheckoutSessionData) {
    this.sessionId = session.sessionId
    this.url = session.url
    this.status = session.status
    this.expiresAt = session.expiresAt
  }

  /** Whether a buyer can still pay on it at `now` (milliseconds since the epoch). */
  isPayable(now: number): this is CheckoutSession & { readonly url: string } {
    return this.status === 'open' && this.url !== null && now < this.expiresAt
  }
}
