/**
 * What was found of the card behind a trial (F89): this is its first trial; another subscription has had the trial of
 * this card; or the trial is to be paid with something else than a card, of which nothing is kept.
 */
export type TrialVerdict = 'first_of_card' | 'card_had_one' | 'no_card'

/** A trial of which Stripe's page said that it is once a card. */
export interface Trial {
  readonly subscriptionId: string
  /** Null until its card is known. */
  readonly verdict: TrialVerdict | null
  /** Whether something has yet to be done about it: its card is not known, or had one and the trial still runs. */
  readonly isOpen: boolean
}
