/**
 * What must hold in the tables at any time, by the name of the query that states it: the function `billing.law_<name>`
 * gives the ids of those that break it. The property suite, `doctor` and the scheduled check run them.
 */
export const laws = {
  event_of_a_source_was_applied: 'I1: the event that last changed a source stands in the ledger as applied',
  access_came_with_a_version: 'I4: a user who has a source has a version',
  subscription_access_ends: 'I5: a subscription that gives access has an instant at which it ends',
  terminal_gives_no_access: 'I2: what is over for good gives no access',
  grace_ends_in_time:
    'I5: a subscription that is past due ends no later than its grace from the moment it became so',
  pass_ends_in_time: 'I5: a payment for a time gives access for that time and no longer',
  linked_customer_has_nothing_kept: 'I2: nothing is kept for want of a user whose customer is linked (F7)',
  open_attempt_has_an_end: 'an open checkout has a session that ends (F61)',
} as const

export type Law = keyof typeof laws

export function isLaw(name: string): name is Law {
  return Object.hasOwn(laws, name)
}
