import type { Account } from '../../account.ts'
import type { SetupIntent, Subscription } from '../../wire.ts'

/** The setup has succeeded: the subscription waits for it no more, and keeps the method where it is told to. */
export function followSetup(account: Account, intent: SetupIntent): void {
  for (const subscription of account.state.subscriptions.values()) {
    if (subscription.pending_setup_intent !== intent.id) continue
    account.change(
      subscription,
      { pending_setup_intent: null, ...savedMethod(subscription, intent.payment_method) },
      'customer.subscription.updated',
    )
    return
  }
}

/** What `payment_settings.save_default_payment_method` makes of the method that has worked. */
export function savedMethod(subscription: Subscription, method: string | null): Partial<Subscription> {
  const saves = subscription.payment_settings?.save_default_payment_method === 'on_subscription'
  return saves && method !== null ? { default_payment_method: method } : {}
}
