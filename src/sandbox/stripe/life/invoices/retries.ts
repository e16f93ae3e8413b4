import type { Account } from '../../account.ts'
import type { Invoice } from '../../wire.ts'
import { billingSettings } from '../billing-settings.ts'

/**
 * Days until the next attempt at an invoice whose payment just failed, or null for none. The first invoice of a
 * subscription, an update that waits for its payment and a resumption are not tried again by themselves: there the
 * customer acts (docs.stripe.com/billing/subscriptions/overview#requires-payment-method).
 */
export function retryDelayDays(account: Account, invoice: Invoice): number | null {
  const subscription = account.state.subscriptions.get(
    invoice.parent?.subscription_details?.subscription ?? '',
  )
  const waiting = account.state.pendingChanges.get(subscription?.id ?? '')
  const waits = waiting?.invoice === invoice.id && waiting.kind !== 'resume_on_success'
  if (invoice.auto_advance !== true || subscription?.status === 'incomplete' || waits) return null
  return billingSettings(account).retryDays[invoice.attempt_count] ?? null
}
