import { z } from 'zod'
import type {
  GrantAnswer,
  IManualGrants,
  ManualGrant,
  ManualRevocation,
  RevokeAnswer,
} from '#src/features/billing/domain/interfaces/IManualGrants.ts'
import { ask, instant } from './ask.ts'
import { EntitlementsRow } from './rows.ts'
import type { CallFunction } from './supabase-rpc.ts'

const GrantRow = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.enum(['granted', 'exists']),
    source_id: z.string(),
    entitlements: EntitlementsRow,
  }),
  z.object({ outcome: z.literal('unknown_user') }),
])

const RevokeRow = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.enum(['revoked', 'already_revoked']), entitlements: EntitlementsRow }),
  z.object({ outcome: z.literal('not_found') }),
])

/** Grants by hand, through their SQL functions. */
export class DatabaseGrants implements IManualGrants {
  readonly #call: CallFunction

  constructor(call: CallFunction) {
    this.#call = call
  }

  async grantEntitlement(grant: ManualGrant): Promise<GrantAnswer> {
    const row = await ask(this.#call, GrantRow, 'grant_entitlement', {
      p_grant_id: grant.grantId,
      p_user_id: grant.userId,
      p_plan: grant.plan,
      p_plan_version: grant.planVersion,
      p_quantity: grant.quantity,
      p_expires_at: grant.expiresAt === null ? null : instant(grant.expiresAt),
      p_operator: grant.operator,
      p_reason: grant.reason,
      p_now: instant(grant.now),
    })
    if (row.outcome === 'unknown_user') return row
    return { outcome: row.outcome, sourceId: row.source_id, entitlements: row.entitlements }
  }

  async revokeEntitlement({ sourceId, operator, reason, now }: ManualRevocation): Promise<RevokeAnswer> {
    return ask(this.#call, RevokeRow, 'revoke_entitlement', {
      p_source_id: sourceId,
      p_operator: operator,
      p_reason: reason,
      p_now: instant(now),
    })
  }
}
