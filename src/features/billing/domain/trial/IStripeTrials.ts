/** What Stripe says of a trial: that it is over, that nothing to pay with is known yet, or what it is to be paid with. */
export type RunningTrial =
  | { readonly kind: 'over' }
  | { readonly kind: 'no_payment_method' }
  /** `cardFingerprint` is null for what is no card, or a card without one. */
  | { readonly kind: 'payment_method'; readonly cardFingerprint: string | null }

/** Trials at Stripe. Throws `BillingError` `stripe_unavailable` (retryable) or `stripe_refused`. */
export interface IStripeTrials {
  read(subscriptionId: string): Promise<RunningTrial>
  /**
   * Ends a trial that runs, so that the first period is paid now; where it cannot be, the subscription ends and nothing is
   * owed. Twice is once.
   */
  end(subscriptionId: string): Promise<void>
}
