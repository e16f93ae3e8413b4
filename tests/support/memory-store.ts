import { randomUUID } from 'node:crypto'
import { MemoryCheckoutAttempts } from '#src/features/billing/infrastructure/memory/MemoryCheckoutAttempts.ts'
import { MemoryForgottenUsers } from '#src/features/billing/infrastructure/memory/MemoryForgottenUsers.ts'
import { MemoryLedger } from '#src/features/billing/infrastructure/memory/MemoryLedger.ts'
import { MemoryManualGrants } from '#src/features/billing/infrastructure/memory/MemoryManualGrants.ts'
import { MemoryOutbox } from '#src/features/billing/infrastructure/memory/MemoryOutbox.ts'
import { MemoryReconcileStore } from '#src/features/billing/infrastructure/memory/MemoryReconcileStore.ts'
import { MemoryTables } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'
import { MemoryTrials } from '#src/features/billing/infrastructure/memory/MemoryTrials.ts'
import { MemorySecondPurchases } from '#src/features/billing/infrastructure/memory/second-purchase.ts'
import type { BillingStore, LedgerUnderTest } from './ledger-under-test.ts'

/** The store in this process, and its tables. */
export function createMemoryStore(): LedgerUnderTest & { readonly tables: MemoryTables } {
  const tables = new MemoryTables()
  const ledger = new MemoryLedger(tables)
  const attempts = new MemoryCheckoutAttempts(tables)
  const service: BillingStore = {
    applyStripeEvent: (event, change, now) => ledger.applyStripeEvent(event, change, now),
    getUserEntitlements: (userId, now) => ledger.getUserEntitlements(userId, now),
    getBillingAccount: (userId, now, max) => ledger.getBillingAccount(userId, now, max),
    reserve: (request) => attempts.reserve(request),
    open: (attempt, session) => attempts.open(attempt, session),
    renew: (attempt) => attempts.renew(attempt),
    close: (attemptId, status) => attempts.close(attemptId, status),
    linkCustomer: (userId, customerId, now) => attempts.linkCustomer(userId, customerId, now),
  }
  return {
    tables,
    service,
    grants: new MemoryManualGrants(tables, ledger),
    outbox: new MemoryOutbox(tables, ledger),
    secondPurchases: new MemorySecondPurchases(tables),
    trials: new MemoryTrials(tables),
    reconciliations: new MemoryReconcileStore(tables),
    preview: ledger,
    users: new MemoryForgottenUsers(tables, ledger),
    addUser: async () => {
      const userId = randomUUID()
      tables.authUsers.add(userId)
      return userId
    },
    removeUser: async (userId) => void tables.authUsers.delete(userId),
    setEpoch: async (epoch) => {
      tables.epoch = epoch
    },
    event: async (eventId) => {
      const row = tables.events.get(eventId)
      if (row === null) return undefined
      const payload = Buffer.from(row.event.payload).toString('hex')
      return { outcome: row.outcome, reason: row.reason, payload }
    },
    eventsOf: async (userId) => tables.events.where((row) => row.userId === userId).length,
    source: async (userId) => {
      const [row] = tables.sources.where((source) => source.userId === userId)
      if (row === undefined) return undefined
      return { userId, status: row.snapshot.status, stripeEventId: row.eventId, expiresAt: row.expiresAt }
    },
    attemptsOf: async (userId) =>
      tables.attempts.where((row) => row.userId === userId).map(({ status }) => status),
    invoicePayment: async (id) => {
      const [row] = tables.invoicePayments.where(({ invoice_payment_id }) => invoice_payment_id === id)
      return row === undefined ? undefined : { invoiceId: row.invoice_id, paymentKind: row.payment_kind }
    },
    close: async () => undefined,
  }
}
