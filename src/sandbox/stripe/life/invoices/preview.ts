import type { Account } from '../../account.ts'
import { randomText } from '../../ids.ts'
import type { Invoice, Subscription } from '../../wire.ts'
import { rehearse } from '../rehearsal.ts'
import { nextDue } from '../subscriptions/next-due.ts'
import { renew } from '../subscriptions/renew.ts'

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
  renew(copy, rehearsed)
  return asPreview(copy.need(copy.state.invoices, rehearsed.latest_invoice ?? '', 'subscription'))
}

/** An invoice of a rehearsal as the API shows it: nothing that has happened. */
export function asPreview(invoice: Invoice): Invoice {
  const id = `upcoming_in_1${randomText(23)}`
  return {
    ...invoice,
    id,
    attempt_count: 0,
    attempted: false,
    number: null,
    status: 'draft',
    lines: {
      ...invoice.lines,
      data: invoice.lines.data.map((line) => ({ ...line, invoice: id })),
      url: `/v1/invoices/${id}/lines`,
    },
  }
}
