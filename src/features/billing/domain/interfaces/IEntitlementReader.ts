import type { EntitlementLayer } from '#src/shared/types/billing.ts'
import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'

/**
 * Where a check gets a user's entitlements from, fastest layer first. Throws `BillingError`
 * `entitlements_unavailable` where no layer can answer.
 */
export interface IEntitlementReader {
  get(userId: string): Promise<{ readonly entitlements: UserEntitlements; readonly layer: EntitlementLayer }>
}
