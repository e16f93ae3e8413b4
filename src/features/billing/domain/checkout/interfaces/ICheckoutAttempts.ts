import type { PlanKey } from '../../catalogue/catalogue.ts'
import type { CheckoutSession } from '../CheckoutSession.ts'

/** The right to open a session at Stripe, and the customer to open it for (null: not made yet). */
export interface CheckoutAttempt {
  readonly attemptId: string
  /** Raised when Stripe's answer to the attempt was final, so that the next idempotency key is another. */
  readonly attemptNumber: number
  readonly customerId: string | null
  /** How many customers of this user were deleted at Stripe: the next one needs a key of its own. */
  readonly customersBefore: number
  /** Whether they ever had a subscription: a trial is for the first. */
  readonly subscribedBefore: boolean
}

/** The words of `reserve_checkout_attempt`. */
export type Reservation =
  | { readonly outcome: 'reserved' | 'taken_over'; readonly attempt: CheckoutAttempt }
  | {
      readonly outcome: 'open' | 'other_open'
      readonly attempt: CheckoutAttempt
      readonly session: CheckoutSession
    }
  | { readonly outcome: 'in_progress' }
  | { readonly outcome: 'already_subscribed'; readonly plan: PlanKey; readonly status: string }

export interface ReservationRequest {
  readonly userId: string
  readonly plan: PlanKey
  readonly renewing: boolean
  /** Whether what lasts for life can be bought again: a pack. */
  readonly repeatable: boolean
  readonly parametersHash: string
  /** The id of the attempt, if one is made. */
  readonly attemptId: string
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** The reservations of checkouts in Postgres: at most one live attempt a user. Throws `BillingError`. */
export interface ICheckoutAttempts {
  reserve(request: ReservationRequest): Promise<Reservation>
  /** Remembers the session of an attempt. False: somebody took the attempt over, so the session must be expired. */
  open(attempt: CheckoutAttempt, session: CheckoutSession & { readonly url: string }): Promise<boolean>
  /** Stripe's answer to this number is final: the attempt goes on with the next number. */
  renew(attempt: CheckoutAttempt): Promise<void>
  close(attemptId: string, status: 'expired' | 'completed' | 'failed'): Promise<void>
  /** The customer that the user is linked to: this one, unless another was first. */
  linkCustomer(userId: string, customerId: string, now: number): Promise<string>
}
