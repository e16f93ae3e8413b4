import type { Change } from '../change/Change.ts'

/** A row of the ledger without its body. `created` in whole seconds as Stripe stamps it; other instants in milliseconds. */
export interface LedgerEntry {
  readonly eventId: string
  readonly type: string
  readonly created: number
  readonly livemode: boolean
  readonly apiVersion: string | null
  readonly objectId: string | null
  readonly customerId: string | null
  readonly userId: string | null
  readonly outcome: LedgerOutcome
  readonly reason: string | null
  /** Tries that reached a decision. */
  readonly attempts: number
  readonly receivedAt: number
  readonly settledAt: number
}

/** What the ledger says of an event. */
export type LedgerOutcome = (typeof ledgerOutcomes)[number]
export const ledgerOutcomes = ['applied', 'stale', 'ignored', 'unresolved'] as const

/** A row of the ledger with what the event was taken to mean, and its body while that is kept. */
export interface LedgerRecord extends LedgerEntry {
  readonly change: Change | null
  readonly payload: Uint8Array | null
}

/** Which rows: those that fit everything that is named. `since` and `until` in whole seconds; `until` is not included. */
export interface LedgerFilter {
  readonly outcome?: LedgerOutcome
  readonly reason?: string
  readonly type?: string
  readonly userId?: string
  readonly eventIds?: readonly string[]
  readonly since?: number
  readonly until?: number
  /** The last row of the page before. */
  readonly before?: Pick<LedgerEntry, 'created' | 'eventId'>
}

/** The ledger as an operator reads it. Throws `BillingError`. */
export interface ILedgerReader {
  /** At most `limit` rows, newest first. */
  listEvents(filter: LedgerFilter, limit: number): Promise<readonly LedgerEntry[]>
  /** One row; null where the ledger does not have it. */
  getEvent(eventId: string): Promise<LedgerRecord | null>
}
