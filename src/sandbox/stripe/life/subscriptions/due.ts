import type { Account } from '../../account.ts'
import type { Subscription } from '../../wire.ts'
import { previewNext } from '../invoices/preview.ts'
import { voidInvoice } from '../invoices/settle.ts'
import { cancelsBy } from '../schedules/phases.ts'
import { dropPendingChange } from './changes/pending-update.ts'
import { nextDue } from './next-due.ts'

/** The first payment was not made in time: its invoice is void, which ends the subscription. */
export function firstPaymentExpired(account: Account, subscription: Subscription): void {
  const invoice = account.state.invoices.get(subscription.latest_invoice ?? '')
  if (subscription.status === 'incomplete' && invoice) voidInvoice(account, invoice)
}

/** What waited for a payment has waited long enough: its invoice is void, and a pending update is gone. */
export function pendingChangeExpired(account: Account, subscription: Subscription): void {
  const pending = account.state.pendingChanges.get(subscription.id)
  if (pending === undefined) return
  const invoice = account.state.invoices.get(pending.invoice)
  if (invoice && invoice.status !== 'void') voidInvoice(account, invoice)
  else dropPendingChange(account, subscription)
  if (pending.kind === 'update') account.emit('customer.subscription.pending_update_expired', subscription)
}

/** The moment until which collection was paused. */
export function collectionResumes(account: Account, subscription: Subscription): void {
  account.change(subscription, { pause_collection: null }, 'customer.subscription.updated')
}

/** A renewal is near: its invoice is shown as it will be (docs.stripe.com/api/events/types#event_types-invoice.upcoming). */
export function renewalIsNear(account: Account, subscription: Subscription): void {
  const schedule = account.state.subscriptionSchedules.get(String(subscription.schedule))
  if (schedule && cancelsBy(schedule, nextDue(subscription))) return
  account.emit('invoice.upcoming', previewNext(account, subscription))
}
