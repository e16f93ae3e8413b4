import type { Account } from '../../account.ts'
import { randomText } from '../../ids.ts'
import type { Invoice, Subscription } from '../../wire.ts'
import { rehearse } from '../rehearsal.ts'
import { isPhaseDue } from '../schedules/phases.ts'
import { scheduleDue } from '../schedules/schedules.ts'
import { nextDue } from '../subscriptions/next-due.ts'
import { renew } from '../subscriptions/renew.ts'
import { createDraft } from './draft.ts'
import { pendingItems } from './items.ts'

/** The invoice of the next renewal as it will be. */
export function previewNext(account: Account, subscription: Subscription): Invoice {
  return rehearse(
    account,
    (copy) => previewRenewal(copy, copy.need(copy.state.subscriptions, subscription.id)),
    nextDue(subscription),
  )
}

/** The same on a rehearsal, at the moment of the renewal. */
export function previewRenewal(copy: Account, rehearsed: Subscription): Invoice {
  const schedule = copy.state.subscriptionSchedules.get(String(rehearsed.schedule))
  if (schedule && isPhaseDue(schedule, copy.now)) scheduleDue(copy, schedule)
  // A phase of another interval has begun a period of its own, with its invoice.
  if (rehearsed.ended_at === null && nextDue(rehearsed) <= copy.now) renew(copy, rehearsed)
  return asPreview(copy.need(copy.state.invoices, rehearsed.latest_invoice ?? '', 'subscription'))
}

/** What waits for the customer's next invoice, as a manual one; null where nothing does. */
export function previewManual(copy: Account, customerId: string): Invoice | null {
  const customer = copy.need(copy.state.customers, customerId, 'customer')
  const first = copy.state.pendingInvoiceItems.get(customerId)?.[0]
  const item = copy.state.invoiceItems.get(first ?? '')
  if (item === undefined) return null
  return asPreview(
    createDraft(copy, {
      customer,
      currency: item.currency,
      subscription: null,
      reason: 'manual',
      items: [],
      invoiceItems: pendingItems(copy, customerId, item.currency, null),
      discounts: [],
      period: { start: copy.now, end: copy.now },
      finalizesAt: null,
      autoAdvance: true,
    }),
  )
}

/** An invoice of a rehearsal as the API shows it: nothing that has happened. */
export function asPreview(invoice: Invoice): Invoice {
  const id = `upcoming_in_1${randomText(23)}`
  return {
    ...invoice,
    id,
    amount_paid: 0,
    amount_remaining: invoice.amount_due,
    attempt_count: 0,
    attempted: false,
    effective_at: null,
    ending_balance: null,
    hosted_invoice_url: null,
    invoice_pdf: null,
    number: null,
    status: 'draft',
    status_transitions: { finalized_at: null, marked_uncollectible_at: null, paid_at: null, voided_at: null },
    lines: {
      ...invoice.lines,
      data: invoice.lines.data.map((line) => ({ ...line, invoice: id })),
      url: `/v1/invoices/${id}/lines`,
    },
  }
}
