import type {
  GrantAnswer,
  IManualGrants,
  ManualGrant,
  ManualRevocation,
  RevokeAnswer,
} from '#src/features/billing/domain/interfaces/IManualGrants.ts'
import { linkUser } from './link-customer.ts'
import type { MemoryLedger } from './MemoryLedger.ts'
import type { MemoryTables, SourceRow } from './MemoryTables.ts'

/** Grants by hand in this process: what the SQL functions of the same names promise. */
export class MemoryManualGrants implements IManualGrants {
  readonly #tables: MemoryTables
  readonly #ledger: MemoryLedger

  constructor(tables: MemoryTables, ledger: MemoryLedger) {
    this.#tables = tables
    this.#ledger = ledger
  }

  async grantEntitlement(grant: ManualGrant): Promise<GrantAnswer> {
    const { userId, now } = grant
    const sourceId = `grant_${grant.grantId}`
    if (!this.#tables.authUsers.has(userId)) return { outcome: 'unknown_user' }
    const isNew = this.#tables.sources.get(sourceId) === null
    if (isNew) {
      linkUser(this.#tables, userId, null, { eventId: null, now })
      this.#tables.sources.set(sourceId, rowOf(grant, sourceId))
      this.#tables.raiseVersion(userId, { eventId: null, now })
    }
    const entitlements = await this.#ledger.getUserEntitlements(userId, now)
    return { outcome: isNew ? 'granted' : 'exists', sourceId, entitlements }
  }

  async revokeEntitlement({ sourceId, now }: ManualRevocation): Promise<RevokeAnswer> {
    const row = this.#tables.sources.get(sourceId)
    if (row?.snapshot.kind !== 'manual') return { outcome: 'not_found' }
    const isLive = !row.snapshot.terminal
    if (isLive) {
      const snapshot = { ...row.snapshot, status: 'revoked', terminal: true, grants_access: false }
      this.#tables.sources.set(sourceId, { ...row, snapshot, revision: row.revision + 1 })
      this.#tables.raiseVersion(row.userId, { eventId: null, now })
    }
    const entitlements = await this.#ledger.getUserEntitlements(row.userId, now)
    return { outcome: isLive ? 'revoked' : 'already_revoked', entitlements }
  }
}

function rowOf(grant: ManualGrant, sourceId: string): SourceRow {
  const terms = { plan: grant.plan, plan_version: grant.planVersion, quantity: grant.quantity }
  const at = Math.floor(grant.now / 1000)
  const expiresAt = grant.expiresAt === null ? null : grant.expiresAt / 1000
  return {
    userId: grant.userId,
    eventId: null,
    snapshot: {
      ...terms,
      kind: 'manual',
      source_id: sourceId,
      status: 'active',
      terminal: false,
      grants_access: true,
      items: [{ ...terms, item_id: sourceId, interval: null, expires_at: null }],
      renews_at: null,
      cancels_at: null,
      expires_at: expiresAt,
      past_due_entered_at: null,
      past_due_grace_seconds: null,
      duration_seconds: null,
      paid_at: null,
      amount_paid: null,
      bought_once: false,
      trial_once_per_card: false,
      content: terms,
      content_before: null,
      snapshot_at: at,
      snapshot_rank: 0,
      read_after_revision: null,
    },
    at,
    rank: 0,
    contentsBefore: [],
    pastDueEnteredAt: null,
    notPastDueAt: null,
    pastDueSeenAt: null,
    paidAt: null,
    expiresAt,
    revision: 1,
  }
}
