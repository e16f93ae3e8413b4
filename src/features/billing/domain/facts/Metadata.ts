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
} as const

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** The user that the metadata names, or null where it names none of ours. */
export function userIdOf(metadata: Metadata): string | null {
  const userId = metadata[metadataKeys.userId]
  // Stryker disable next-line ConditionalExpression: the pattern does not match what is not there either
  return userId !== undefined && UUID.test(userId) ? userId : null
}
