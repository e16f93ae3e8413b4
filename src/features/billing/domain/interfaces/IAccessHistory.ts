import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'
import type { LedgerEntry } from './ILedgerReader.ts'

/** A source as a row, whether or not it gives access. Instants in milliseconds since the epoch. */
export interface SourceRow {
  readonly kind: string
  readonly sourceId: string
  readonly status: string
  readonly grantsAccess: boolean
  readonly terminal: boolean
  readonly expiresAt: number | null
  readonly stripeEventId: string | null
  readonly items: readonly {
    readonly plan: string
    readonly planVersion: number
    readonly quantity: number
  }[]
}

/** What an operator did to one user. */
export interface OperatorAct {
  readonly at: number
  readonly action: string
  readonly sourceId: string
  readonly operator: string
  readonly reason: string
}

/** All that decides about one user's access at an instant. */
export interface UserRecord {
  readonly customerId: string | null
  readonly entitlements: UserEntitlements
  readonly sources: readonly SourceRow[]
  /** Newest first. */
  readonly events: readonly LedgerEntry[]
  readonly acts: readonly OperatorAct[]
}

/** What was so, and what is. Throws `BillingError`. */
export interface IAccessHistory {
  /** `rewind` tells an instant that is past from the present one. */
  explainUser(userId: string, at: number, rewind: boolean, eventsMax: number): Promise<UserRecord>
}
