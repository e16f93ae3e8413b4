import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'
import { defaultMethodOf } from '../invoices/payments.ts'
import { createSetupIntent } from '../money/setup-intents.ts'

/**
 * A subscription that begins without a payment and has no method to charge later asks for one by a setup intent
 * (docs.stripe.com/api/subscriptions/object#subscription_object-pending_setup_intent).
 */
export function askForMethod(account: Account, subscription: Subscription): void {
  if (subscription.collection_method !== 'charge_automatically') return
  if (defaultMethodOf(account, subscription) !== undefined) return
  const intent = createSetupIntent(account, { customer: String(subscription.customer), usage: 'off_session' })
  subscription.pending_setup_intent = intent.id
}
