/** Whether access goes on or is withheld. */
type Verdict = 'keep' | 'hold'

/** A dispute's status (docs.stripe.com/api/disputes/object#dispute_object-status). Other words change nothing. */
export type DisputeStatus =
  | 'warning_needs_response'
  | 'warning_under_review'
  | 'warning_closed'
  | 'needs_response'
  | 'under_review'
  | 'appeal_needs_response'
  | 'appeal_under_review'
  | 'won'
  | 'lost'
  | 'prevented'

/** The house's decisions about access. */
export interface Policy {
  readonly renewal: {
    /** Keeps a paying customer in while the webhook of the renewal is late. */
    readonly slackDays: number
    /** Whether the new period counts from Stripe's first word of it on, before its invoice is paid. */
    readonly trustRollover: boolean
  }
  /** Access goes on for this long from the moment a subscription became past due; no later event extends it. */
  readonly pastDue: { readonly graceDays: number }
  readonly trial: {
    /** Whether a trial opens what it tries. */
    readonly access: boolean
    /** Whether a trial is for a user's first subscription alone; a later one is paid from its first day. */
    readonly oncePerUser: boolean
    /** Whether a trial is for a card's first alone; another of the same card is ended and paid at once. */
    readonly oncePerCard: boolean
  }
  /** Under `pause_collection`, which leaves the status as it was. */
  readonly pauseCollection: Verdict
  readonly refund: {
    /** The refunded share of a payment, 0 to 1, from which on what it paid for is withheld. */
    readonly holdAtShare: number
    /** Whether a refund that is `pending` or `requires_action` counts as refunded. */
    readonly countPending: boolean
    /** Whether a refunded or disputed month holds its subscription only until a later period is paid. */
    readonly heldUntilNextPayment: boolean
  }
  readonly dispute: Readonly<Record<DisputeStatus, Verdict>>
  /** A card's issuer suspects fraud, and nobody has disputed anything yet. It is reported in any case. */
  readonly fraudWarning: Verdict
  readonly invoice: { readonly void: Verdict; readonly uncollectible: Verdict }
  /** Whether an add-on opens nothing where none of the plans that it adds to is active. */
  readonly addOn: { readonly needsBase: boolean }
  /** What becomes of the subscriptions of a user who is deleted: ended at Stripe, or told to a person. */
  readonly forget: { readonly subscriptions: 'cancelled' | 'reported' }
}

/**
 * One line a decision. What Stripe's words mean for access follows from these and from the table in
 * `subscription-access.ts`; nothing else in the code decides about a status.
 */
export const policy: Policy = {
  renewal: {
    // About as long as Stripe retries a delivery: docs.stripe.com/webhooks#retries
    slackDays: 3,
    // Stripe moves the period first and charges an hour later; failing that, the status says so.
    trustRollover: true,
  },
  pastDue: { graceDays: 7 },
  trial: { access: true, oncePerUser: true, oncePerCard: true },
  // Stripe keeps it active and means the customer to keep access: docs.stripe.com/billing/subscriptions/pause-payment
  pauseCollection: 'keep',
  refund: { holdAtShare: 1, countPending: true, heldUntilNextPayment: true },
  dispute: {
    // An inquiry takes no money: docs.stripe.com/disputes/how-disputes-work#inquiries
    warning_needs_response: 'keep',
    warning_under_review: 'keep',
    warning_closed: 'keep',
    needs_response: 'hold',
    under_review: 'hold',
    appeal_needs_response: 'hold',
    appeal_under_review: 'hold',
    won: 'keep',
    prevented: 'keep',
    lost: 'hold',
  },
  fraudWarning: 'keep',
  invoice: { void: 'keep', uncollectible: 'keep' },
  addOn: { needsBase: true },
  // Who cannot sign in cannot cancel.
  forget: { subscriptions: 'cancelled' },
}

const DAY_SECONDS = 86_400

/** Days as whole seconds, as Stripe counts. */
export function daysInSeconds(days: number): number {
  return days * DAY_SECONDS
}
