/** Stripe's metadata: strings by string. */
export type Metadata = Readonly<Record<string, string>>

/**
 * The keys that Tollgate writes on each session, subscription, payment intent and customer that it makes, so that
 * every later event carries them. One spelling, here alone.
 */
export const metadataKeys = {
  userId: 'tollgate_user_id',
  plan: 'tollgate_plan',
  lookupKey: 'tollgate_lookup_key',
  environment: 'tollgate_environment',
  trial: 'tollgate_trial',
} as const

/** Stands on a subscription whose buyer was told that the trial is once a card. */
export const TRIAL_ONCE_PER_CARD = 'once_per_card'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The user that the metadata names, or null where it names none of ours. */
export function userIdOf(metadata: Metadata): string | null {
  const userId = metadata[metadataKeys.userId]
  // Stryker disable next-line ConditionalExpression: the pattern does not match what is not there either
  return userId !== undefined && UUID.test(userId) ? userId : null
}

/** Whether the buyer was told that the trial is once a card. A trial that a person gave at Stripe says nothing. */
export function isTrialOncePerCard(metadata: Metadata): boolean {
  return metadata[metadataKeys.trial] === TRIAL_ONCE_PER_CARD
}
