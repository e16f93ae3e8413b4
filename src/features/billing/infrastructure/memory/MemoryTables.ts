import { randomUUID } from 'node:crypto'
import type {
  Change,
  InvoicePaymentRecord,
  InvoiceSnapshot,
  ReversalSnapshot,
  SourceSnapshot,
} from '#src/features/billing/domain/change/Change.ts'
import type { RecordedEvent } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { TrialVerdict } from '#src/features/billing/domain/trial/Trial.ts'
import type { Entitlement } from '#src/shared/types/billing.ts'

/** A user's one customer, and the version of their entitlements. */
export interface UserRow {
  readonly userId: string
  readonly customerId: string | null
  readonly version: number
  /** F82: they were deleted, and nothing brings them back. */
  readonly isForgotten: boolean
}

/** What others are to be told. Instants in milliseconds since the epoch. */
export interface OutboxRow {
  readonly id: number
  readonly messageId: string
  readonly userId: string
  readonly topic: string
  readonly version: number
  readonly stripeEventId: string | null
  readonly createdAt: number
  readonly attempts: number
  readonly notBefore: number
  readonly deadAt: number | null
  readonly lastError: string | null
}

/** What a change comes of: the event, null where none does, and the instant in milliseconds since the epoch. */
export interface Cause {
  readonly eventId: string | null
  readonly now: number
}

/** A source as the snapshot in force left it, with the facts that merge. Instants in whole seconds. */
export interface SourceRow {
  readonly userId: string
  readonly eventId: string | null
  /** The snapshot in force; of a grant by hand, its terms. */
  readonly snapshot: Omit<SourceSnapshot, 'kind'> & { readonly kind: Entitlement['kind'] }
  readonly at: number
  readonly rank: number
  readonly contentsBefore: readonly unknown[] | null
  readonly pastDueEnteredAt: number | null
  readonly notPastDueAt: number | null
  readonly pastDueSeenAt: number | null
  readonly paidAt: number | null
  readonly expiresAt: number | null
  readonly revision: number
}

/** What takes a payment back, as the newest word says; each write takes a number of its own. */
export interface ReversalRow {
  readonly userId: string
  readonly reversal: ReversalSnapshot
  readonly revision: number
}

/** A trial that is once a card; the fingerprint stands with the first of its card. Milliseconds since the epoch. */
export interface TrialRow {
  readonly subscriptionId: string
  readonly beganAt: number
  readonly verdict: TrialVerdict | null
  readonly cardFingerprint: string | null
}

export interface InvoiceRow {
  readonly userId: string
  readonly invoice: InvoiceSnapshot
}

export interface AttemptRow {
  readonly attemptId: string
  readonly attemptNumber: number
  readonly userId: string
  readonly plan: string
  readonly parametersHash: string
  readonly status: 'reserved' | 'open' | 'completed' | 'expired' | 'failed'
  readonly session: { readonly sessionId: string; readonly url: string; readonly expiresAt: number } | null
  /** Milliseconds since the epoch. */
  readonly reservedAt: number
  /** It took over one whose holder was gone. */
  readonly takesOver: boolean
}

export interface EventRow {
  readonly event: RecordedEvent
  readonly outcome: 'applied' | 'stale' | 'ignored' | 'unresolved'
  readonly reason: string | null
  readonly userId: string | null
  readonly change: Change
}

/** Undoes what a transaction wrote, newest first. */
class Journal {
  readonly #undo: (() => void)[] = []
  #depth = 0

  note(undo: () => void): void {
    if (this.#depth > 0) this.#undo.push(undo)
  }

  run<T>(work: () => T): T {
    const mark = this.#undo.length
    this.#depth += 1
    try {
      return work()
    } catch (error) {
      while (this.#undo.length > mark) this.#undo.pop()?.()
      throw error
    } finally {
      this.#depth -= 1
      if (this.#depth === 0) this.#undo.length = 0
    }
  }
}

/** Rows by key. They are replaced, never changed in place. */
export class MemoryTable<Row> {
  readonly #rows = new Map<string, Row>()
  readonly #journal: Journal

  constructor(journal: Journal) {
    this.#journal = journal
  }

  get(key: string): Row | null {
    return this.#rows.get(key) ?? null
  }

  set(key: string, row: Row): void {
    const before = this.#rows.get(key)
    this.#journal.note(() => (before === undefined ? this.#rows.delete(key) : this.#rows.set(key, before)))
    this.#rows.set(key, row)
  }

  delete(key: string): void {
    const before = this.#rows.get(key)
    if (before === undefined) return
    this.#journal.note(() => this.#rows.set(key, before))
    this.#rows.delete(key)
  }

  where(matches: (row: Row) => boolean): Row[] {
    return [...this.#rows.values()].filter(matches)
  }
}

/** The tables of billing in this process. A transaction is synchronous, so nothing ever sees half of one. */
export class MemoryTables {
  readonly #journal = new Journal()
  /** The users that exist, as `auth.users` holds them. */
  readonly authUsers = new Set<string>()
  epoch = 1
  readonly users = new MemoryTable<UserRow>(this.#journal)
  readonly sources = new MemoryTable<SourceRow>(this.#journal)
  readonly reversals = new MemoryTable<ReversalRow>(this.#journal)
  readonly endedCustomers = new MemoryTable<{ readonly userId: string }>(this.#journal)
  readonly trials = new MemoryTable<TrialRow>(this.#journal)
  readonly invoices = new MemoryTable<InvoiceRow>(this.#journal)
  readonly invoicePayments = new MemoryTable<InvoicePaymentRecord>(this.#journal)
  readonly attempts = new MemoryTable<AttemptRow>(this.#journal)
  readonly events = new MemoryTable<EventRow>(this.#journal)
  readonly outbox = new MemoryTable<OutboxRow>(this.#journal)
  #sequence = 0

  /** Everything that `work` writes, or nothing where it throws. May be nested. */
  transaction<T>(work: () => T): T {
    return this.#journal.run(work)
  }

  /** As a sequence of SQL's: a number is never given twice, and a transaction that fails leaves a gap. */
  next(): number {
    this.#sequence += 1
    return this.#sequence
  }

  /** The user's next version, and the outbox's word of it. */
  raiseVersion(userId: string, cause: Cause): void {
    const user = this.users.get(userId)
    if (user === null) return
    this.users.set(userId, { ...user, version: user.version + 1 })
    this.tell(userId, 'entitlements.changed', cause)
  }

  /** Puts one message into the outbox. */
  tell(userId: string, topic: string, { eventId, now }: Cause): void {
    const id = this.next()
    this.outbox.set(String(id), {
      id,
      messageId: randomUUID(),
      userId,
      topic,
      version: this.users.get(userId)?.version ?? 0,
      stripeEventId: eventId,
      createdAt: now,
      attempts: 0,
      notBefore: now,
      deadAt: null,
      lastError: null,
    })
  }
}
