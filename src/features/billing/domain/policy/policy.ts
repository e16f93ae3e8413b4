const DAY_SECONDS = 86_400

/**
 * The house's decisions about access, one a line. What Stripe's words mean for access follows from these and from
 * the table in `subscription-access.ts`; nothing else in the code decides about a status.
 */
export const policy = {
  /** Keeps a paying customer in while the webhook of the renewal is late: about as long as Stripe retries a delivery (docs.stripe.com/webhooks#retries). */
  renewalSlackSeconds: 3 * DAY_SECONDS,
  /** Access goes on for this long from the moment a subscription became past due; no later event extends it. */
  pastDueGraceSeconds: 7 * DAY_SECONDS,
  /** Stripe keeps a subscription `active` under `pause_collection` and means the customer to keep access (docs.stripe.com/billing/subscriptions/pause-payment). */
  pausedCollectionKeepsAccess: true,
} as const

/** The policy as a type, so that a test can try another. */
export type Policy = {
  readonly [K in keyof typeof policy]: (typeof policy)[K] extends boolean ? boolean : number
}
