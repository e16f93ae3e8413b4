import type { PlanKey } from '../catalogue/catalogue.ts'
import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'

/** Access that an operator gives by hand. Instants in milliseconds since the epoch. */
export interface ManualGrant {
  /** A UUID: asked for twice, one grant is made. Its source is `grant_<grantId>`. */
  readonly grantId: string
  readonly userId: string
  readonly plan: PlanKey
  readonly planVersion: number
  readonly quantity: number
  /** Null never ends. */
  readonly expiresAt: number | null
  /** Who does it, as they name themselves; kept in the audit, like the reason. */
  readonly operator: string
  readonly reason: string
  readonly now: number
}

/** The words of `grant_entitlement`. */
export type GrantAnswer =
  | {
      readonly outcome: 'granted' | 'exists'
      readonly sourceId: string
      readonly entitlements: UserEntitlements
    }
  | { readonly outcome: 'unknown_user' }

export interface ManualRevocation {
  readonly sourceId: string
  readonly operator: string
  readonly reason: string
  readonly now: number
}

/** The words of `revoke_entitlement`. */
export type RevokeAnswer =
  | { readonly outcome: 'revoked' | 'already_revoked'; readonly entitlements: UserEntitlements }
  | { readonly outcome: 'not_found' }

/** Grants by hand, each with its audit row in the same transaction. Throws `BillingError`. */
export interface IManualGrants {
  grantEntitlement(grant: ManualGrant): Promise<GrantAnswer>
  /** Ends a grant by hand for good. What Stripe's objects grant is `not_found` here: it ends with them. */
  revokeEntitlement(revocation: ManualRevocation): Promise<RevokeAnswer>
}
