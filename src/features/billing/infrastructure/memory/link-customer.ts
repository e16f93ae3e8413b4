import { BillingError } from '#src/features/billing/domain/errors.ts'
import { applyChange, BelongsToAnother, Forgotten, ReadFirst } from './apply-change.ts'
import type { Cause, EventRow, MemoryTables, UserRow } from './MemoryTables.ts'

/** Whose change this is; null where nobody is known. Throws `BelongsToAnother` where user and customer contradict each other. */
export function resolveUser(
  tables: MemoryTables,
  userId: string | null,
  customerId: string | null,
): string | null {
  const linked =
    customerId === null
      ? undefined
      : (userOfCustomer(tables, customerId) ?? tables.endedCustomers.get(customerId))?.userId
  if (linked !== undefined && userId !== null && linked !== userId) {
    throw new BelongsToAnother('customer_of_another_user')
  }
  const known = userId ?? linked
  if (known !== undefined && tables.users.get(known)?.isForgotten === true) throw new Forgotten()
  return known !== undefined && tables.authUsers.has(known) ? known : null
}

/** The user's row, made where there was none, and linked to the customer where it had none; then what was kept is applied. */
export function linkUser(
  tables: MemoryTables,
  userId: string,
  customerId: string | null,
  cause: Cause,
): UserRow {
  const row = tables.users.get(userId) ?? { userId, customerId: null, version: 0, isForgotten: false }
  if (row.isForgotten) throw new Forgotten()
  tables.users.set(userId, row)
  if (row.customerId !== null) applyKeptEvents(tables, userId, cause)
  if (row.customerId !== null || customerId === null || tables.endedCustomers.get(customerId) !== null)
    return row
  if (userOfCustomer(tables, customerId) !== null) {
    throw new BillingError('database_unavailable', {
      retryable: true,
      cause: 'the customer is linked already',
    })
  }
  tables.users.set(userId, { ...row, customerId })
  applyKeptEvents(tables, userId, cause)
  return { ...row, customerId }
}

/** Whose payment it is, as far as it is known here. */
export function userOfPayment(tables: MemoryTables, paymentId: string): string | null {
  const source = tables.sources.get(paymentId)
  if (source !== null) return source.userId
  for (const { invoice_id } of tables.invoicePayments.where((row) => row.payment_id === paymentId)) {
    const invoice = tables.invoices.get(invoice_id)
    if (invoice !== null) return invoice.userId
  }
  const [reversal] = tables.reversals.where((row) => row.reversal.payment_id === paymentId)
  return reversal?.userId ?? null
}

function userOfCustomer({ users }: MemoryTables, customerId: string): UserRow | null {
  return users.where((row) => row.customerId === customerId)[0] ?? null
}

/** What is kept because nobody knew the customer who is this user's by now, oldest first. */
export function keptEvents(tables: MemoryTables, userId: string): EventRow[] {
  const customerId = tables.users.get(userId)?.customerId ?? null
  return tables.events
    .where(
      ({ outcome, reason, change }) =>
        outcome === 'unresolved' &&
        reason === 'unknown_user' &&
        change.customer_id !== null &&
        change.customer_id === customerId &&
        (change.user_id ?? userId) === userId,
    )
    .toSorted((a, b) => a.event.created - b.event.created || (a.event.id < b.event.id ? -1 : 1))
}

/** Applies what was kept. What needs a read from Stripe stays kept. */
function applyKeptEvents(tables: MemoryTables, userId: string, { eventId, now }: Cause): void {
  for (const row of keptEvents(tables, userId)) {
    if (row.change.kind !== 'change' || row.event.id === eventId) continue
    const { change, event } = row
    try {
      tables.transaction(() => {
        const outcome = applyChange(tables, userId, change, { eventId: event.id, now })
        tables.events.set(event.id, { ...row, outcome, reason: 'customer_linked', userId })
      })
    } catch (error) {
      if (!(error instanceof ReadFirst) && !(error instanceof BelongsToAnother)) throw error
    }
  }
}
