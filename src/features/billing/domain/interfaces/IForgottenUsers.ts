import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'

/** What is known of a user who is to be forgotten. */
export interface Obligations {
  readonly isForgotten: boolean
  /** Whether Supabase Auth has them still. */
  readonly signsIn: boolean
  /** Their customer at Stripe; one that was deleted there pays for nothing. */
  readonly customerId: string | null
}

/** Who does it and why, for the audit. `now` in milliseconds since the epoch. */
export interface ForgetRequest {
  readonly userId: string
  readonly operator: string
  readonly reason: string
  readonly now: number
}

/** The words of `forget_user`. */
export type ForgetAnswer =
  | { readonly outcome: 'forgotten' | 'already_forgotten'; readonly entitlements: UserEntitlements }
  | { readonly outcome: 'unknown_user' }

/** Users who were deleted (F82). Throws `BillingError`. */
export interface IForgottenUsers {
  /** Null where billing knows of nobody of this id. */
  obligations(userId: string): Promise<Obligations | null>
  /** Ends all that the user has, and takes out what tells of them; the ledger stays. Twice is once. */
  forget(request: ForgetRequest): Promise<ForgetAnswer>
  /** Users whom Supabase Auth does not have any more and who are not forgotten yet; at most `limit`. */
  deletedUsers(limit: number): Promise<readonly string[]>
}
