import type {
  ForgetAnswer,
  ForgetRequest,
  IForgottenUsers,
  Obligations,
} from '#src/features/billing/domain/interfaces/IForgottenUsers.ts'
import { endCustomer } from './apply-change.ts'
import type { MemoryLedger } from './MemoryLedger.ts'
import type { MemoryTables } from './MemoryTables.ts'

/** Users who were deleted, in this process: what the SQL functions of the same names promise. */
export class MemoryForgottenUsers implements IForgottenUsers {
  readonly #tables: MemoryTables
  readonly #ledger: MemoryLedger

  constructor(tables: MemoryTables, ledger: MemoryLedger) {
    this.#tables = tables
    this.#ledger = ledger
  }

  async obligations(userId: string): Promise<Obligations | null> {
    const user = this.#tables.users.get(userId)
    if (user === null) return null
    const signsIn = this.#tables.authUsers.has(userId)
    return { isForgotten: user.isForgotten, signsIn, customerId: user.customerId }
  }

  async forget({ userId, now }: ForgetRequest): Promise<ForgetAnswer> {
    const user = this.#tables.users.get(userId)
    if (user === null) return { outcome: 'unknown_user' }
    if (!user.isForgotten) this.#tables.transaction(() => this.#forget(userId, now))
    const entitlements = await this.#ledger.getUserEntitlements(userId, now)
    return { outcome: user.isForgotten ? 'already_forgotten' : 'forgotten', entitlements }
  }

  async deletedUsers(limit: number): Promise<readonly string[]> {
    return this.#tables.users
      .where(({ userId, isForgotten }) => !isForgotten && !this.#tables.authUsers.has(userId))
      .map(({ userId }) => userId)
      .toSorted()
      .slice(0, limit)
  }

  #forget(userId: string, now: number): void {
    const { users, sources, invoices, attempts, events, endedCustomers } = this.#tables
    const customerId = users.get(userId)?.customerId ?? null
    if (customerId !== null) endCustomer(this.#tables, userId, customerId)
    for (const row of sources.where((source) => source.userId === userId)) {
      const { snapshot } = row
      sources.set(snapshot.source_id, {
        ...row,
        snapshot: { ...snapshot, status: 'forgotten', terminal: true, grants_access: false, content: {} },
        contentsBefore: [],
        revision: row.revision + 1,
      })
    }
    for (const { invoice } of invoices.where((row) => row.userId === userId)) {
      const bare = { ...invoice, number: null, hosted_invoice_url: null }
      invoices.set(invoice.invoice_id, { userId, invoice: bare })
    }
    for (const row of attempts.where((attempt) => attempt.userId === userId)) {
      const isLive = row.status === 'reserved' || row.status === 'open'
      attempts.set(row.attemptId, { ...row, session: null, status: isLive ? 'expired' : row.status })
    }
    for (const row of events.where(({ outcome }) => outcome === 'unresolved')) {
      const customer = row.change.customer_id
      if (customer === null || endedCustomers.get(customer)?.userId !== userId) continue
      events.set(row.event.id, { ...row, outcome: 'ignored', reason: 'forgotten_user', userId })
    }
    for (const row of events.where((event) => event.userId === userId)) {
      events.set(row.event.id, { ...row, event: { ...row.event, payload: new Uint8Array() } })
    }
    const cause = { eventId: null, now }
    this.#tables.raiseVersion(userId, cause)
    this.#tables.tell(userId, 'user.forgotten', cause)
    const forgotten = users.get(userId)
    if (forgotten !== null) users.set(userId, { ...forgotten, isForgotten: true })
  }
}
