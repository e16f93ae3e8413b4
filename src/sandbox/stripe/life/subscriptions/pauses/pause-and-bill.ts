import type { Account } from '../../../account.ts'
import type { Subscription } from '../../../wire.ts'
import { advanceInvoice } from '../../invoices/collect.ts'
import { finalizeInvoice } from '../../invoices/finalize.ts'
import { draftFor } from '../renew.ts'
import { pauseFor, type UnusedTimeFrom } from './pause.ts'

/**
 * Pauses a subscription as somebody asks. The credit for unused time waits for the next invoice, or makes one at once.
 * Metered usage does not exist here, so what is outstanding of it is nothing.
 */
export function pauseAndBill(
  account: Account,
  subscription: Subscription,
  request: { unusedTimeFrom: UnusedTimeFrom; invoices: boolean },
): void {
  const pending = () => account.state.pendingInvoiceItems.get(String(subscription.customer))?.length ?? 0
  const before = pending()
  pauseFor(account, subscription, 'pause_requested', request.unusedTimeFrom)
  if (!request.invoices || pending() <= before) return
  const invoice = draftFor(account, subscription, {
    reason: 'subscription_update',
    items: [],
    isDraft: false,
  })
  account.change(subscription, { latest_invoice: invoice.id }, 'customer.subscription.updated')
  account.emit('invoice.created', invoice)
  if (finalizeInvoice(account, invoice)) advanceInvoice(account, invoice)
}
