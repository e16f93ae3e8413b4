/** What a user has twice of which a user buys one (F40): two subscriptions, or one plan twice for life. */
export interface SecondPurchase {
  readonly userId: string
  readonly plan: string
  /** Oldest first. */
  readonly sourceIds: readonly string[]
}

/** Throws `BillingError`. */
export interface ISecondPurchases {
  /** Those that are live, at most `limit`. */
  list(limit: number, now: number): Promise<readonly SecondPurchase[]>
}
