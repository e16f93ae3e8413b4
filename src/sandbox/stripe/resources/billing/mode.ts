import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { hash, oneOf, required } from '../../params.ts'
import type { Subscription } from '../../wire.ts'

/** The version since which new subscriptions are billed flexibly (docs.stripe.com/changelog/clover). */
const FLEXIBLE_SINCE = '2025-09-30.clover'

const flexible = hash({ proration_discounts: oneOf('included', 'itemized') })

/** `billing_mode` of a new subscription or schedule. */
export const billingModeParam = hash({ type: required(oneOf('classic', 'flexible')), flexible })

/** `billing_mode` of a migration, which only leads to flexible billing. */
export const flexibleModeParam = hash({ type: required(oneOf('flexible')), flexible })

export interface BillingModeParams {
  type: 'classic' | 'flexible'
  flexible?: { proration_discounts?: 'included' | 'itemized' }
}

/** The mode that is asked for, or what the request's version has for its default. */
export function billingModeFor(
  account: Account,
  given: BillingModeParams | undefined,
): Subscription['billing_mode'] {
  const type = given?.type ?? (account.version < FLEXIBLE_SINCE ? 'classic' : 'flexible')
  if (type === 'flexible') {
    const discounts = given?.flexible?.proration_discounts ?? 'included'
    return { flexible: { proration_discounts: discounts }, type, updated_at: account.now }
  }
  if (given?.flexible) {
    throw refused('`billing_mode[flexible]` goes with `type=flexible`.', 'billing_mode[flexible]')
  }
  return { flexible: null, type: 'classic' }
}
