import type { Account } from '../../account.ts'
import type { Invoice } from '../../wire.ts'

/** No further attempt is made, and nothing is finalized, by itself. */
export function stopCollecting(account: Account, invoice: Invoice): void {
  cancelPlans(account, invoice)
  account.change(invoice, {
    auto_advance: false,
    next_payment_attempt: null,
    automatically_finalizes_at: null,
  })
}

/** Whatever was planned for the invoice is not going to happen. */
export function cancelPlans(account: Account, invoice: Invoice): void {
  for (const kind of [
    'invoice.finalize',
    'invoice.retry',
    'invoice.due',
    'invoice.will_be_due',
    'invoice.give_up',
  ] as const) {
    account.scheduler.cancel(kind, invoice.id)
  }
  account.state.draftEvents.delete(invoice.id)
}
