import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'
import { defaultMethodOf } from '../invoices/payments.ts'
import { endSubscription } from './cancel.ts'
import { pauseFor } from './pauses/pause.ts'

/**
 * What becomes of a trial at its end for which there is no payment method, as
 * `trial_settings.end_behavior.missing_payment_method` says
 * (docs.stripe.com/billing/subscriptions/trials/free-trials#create-free-trials-without-payment). Null where it ends with
 * an invoice: there is a method, the invoice is sent, or that is what is said.
 */
export function unpaidTrialEnd(account: Account, subscription: Subscription): 'cancel' | 'pause' | null {
  const behavior = subscription.trial_settings?.end_behavior.missing_payment_method
  if (subscription.status !== 'trialing' || subscription.collection_method !== 'charge_automatically') {
    return null
  }
  if (defaultMethodOf(account, subscription) !== undefined) return null
  return behavior === 'cancel' || behavior === 'pause' ? behavior : null
}

export function endTrialUnpaid(account: Account, subscription: Subscription, end: 'cancel' | 'pause'): void {
  if (end === 'cancel') endSubscription(account, subscription, 'cancellation_requested')
  else pauseFor(account, subscription, 'trial_end_without_payment_method')
}
