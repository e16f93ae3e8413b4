import type { StoredInvoice } from '#src/features/billing/domain/interfaces/IBillingAccounts.ts'
import type { Entitlements } from '#src/shared/types/billing.ts'

/** One invoice as a customer sees it. */
export type AccountInvoice = StoredInvoice

/** All that a customer may know of their own billing. */
export interface BillingAccount {
  readonly entitlements: Entitlements
  /** Newest first, at most `ACCOUNT_INVOICES_MAX`. */
  readonly invoices: readonly AccountInvoice[]
  /** Whether Stripe knows this user, so that there is something to manage in the customer portal. */
  readonly hasCustomer: boolean
  /** Whether a trial is for this user. */
  readonly mayTry: boolean
  /** Sources that were to begin with a trial, and did not, since their card had had one (F89). */
  readonly paidFromFirstDay: readonly string[]
}
