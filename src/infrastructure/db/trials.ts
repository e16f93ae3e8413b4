import { z } from 'zod'
import type { ITrials } from '#src/features/billing/domain/trial/ITrials.ts'
import type { Trial } from '#src/features/billing/domain/trial/Trial.ts'
import { ask, instant } from './ask.ts'
import type { CallFunction } from './supabase-rpc.ts'

const Verdict = z.enum(['first_of_card', 'card_had_one', 'no_card']).nullable()

/** The trials of a user, as `apply_stripe_event` and `get_billing_account` answer them. */
export const TrialRows = z
  .array(
    z.object({ subscription_id: z.string(), verdict: Verdict, is_open: z.boolean() }).transform(
      ({ subscription_id, verdict, is_open }): Trial => ({
        subscriptionId: subscription_id,
        verdict,
        isOpen: is_open,
      }),
    ),
  )
  // A database of one step before knows of none.
  .default([])

/** Trials that are once a card, through their SQL functions. */
export class Trials implements ITrials {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async judge(subscriptionId: string, cardFingerprint: string | null, now: number) {
    return ask(this.#call, Verdict, 'judge_trial', {
      p_subscription_id: subscriptionId,
      p_card_fingerprint: cardFingerprint,
      p_now: instant(now),
    })
  }

  async listOpen(limit: number): Promise<readonly string[]> {
    return ask(this.#call, z.array(z.string()), 'list_open_trials', { p_limit: limit })
  }
}
