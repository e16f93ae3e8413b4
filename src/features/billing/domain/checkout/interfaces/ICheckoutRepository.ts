import type { CheckoutSession, PricedOrder } from '../CheckoutSession.ts'

/** All that is needed to open a session for one buyer. */
export interface NewCheckoutSession {
  readonly userId: string
  readonly customerId: string
  readonly order: PricedOrder
  /** Stripe's id of the promotion code, where one is redeemed. */
  readonly promotionCodeId: string | null
  /** The same key and the same order always give the same session, for at least 24 hours. */
  readonly idempotencyKey: string
}

/** `final`: Stripe keeps answering this key so; only a new key can have another answer. */
export type SessionCreation =
  | { readonly kind: 'created'; readonly session: CheckoutSession }
  | { readonly kind: 'final_error' }

/**
 * Customers and Checkout sessions at Stripe. Every method has a deadline, and throws `BillingError`
 * `stripe_unavailable` (retryable) or `stripe_refused`.
 */
export interface ICheckoutRepository {
  /**
   * Stripe's one customer for this user: under any race the same id, for as long as Stripe keeps idempotency keys.
   * `customersBefore` counts those that were deleted: after each there is another.
   */
  createCustomer(user: {
    readonly id: string
    readonly email: string | null
    readonly customersBefore?: number
  }): Promise<string>
  /** Opens a session, or gives back the one that was opened under the same key. */
  createSession(session: NewCheckoutSession): Promise<SessionCreation>
  /** Ends an open session so that nobody can pay on it any more. `complete`: it was paid already. */
  expireSession(sessionId: string): Promise<'expired' | 'complete'>
  /** The open sessions of a customer that this app made: at most 100, which a customer never reaches. */
  listOpenSessions(customerId: string): Promise<readonly string[]>
  /** Stripe's id of an active promotion code, by the words that the customer types; null where there is none. */
  findPromotionCode(code: string): Promise<string | null>
  /** A page of Stripe's where the customer changes card and plan, reads invoices, cancels. */
  createPortalSession(customerId: string, returnPath: string): Promise<string>
}
