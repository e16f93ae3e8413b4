import type { TrialVerdict } from './Trial.ts'

/** The trials that are once a card. Throws `BillingError`. */
export interface ITrials {
  /**
   * Whether this trial is the first of its card; the verdict stays, however often it is asked for. `cardFingerprint` is
   * null where it is to be paid with something else. Null where no such trial is known.
   */
  judge(subscriptionId: string, cardFingerprint: string | null, now: number): Promise<TrialVerdict | null>
  /** Trials that have yet to be judged, or ended at Stripe: the oldest, at most `limit`. */
  listOpen(limit: number): Promise<readonly string[]>
}
