import type { UserEntitlements } from '../entitlement/UserEntitlements.ts'
import type { Trial } from '../trial/Trial.ts'

/** An invoice of a user's subscription. Amounts in the minor unit, instants in milliseconds since the epoch. */
export interface StoredInvoice {
  readonly invoiceId: string
  readonly number: string | null
  readonly status: string
  readonly amountDue: number
  readonly amountPaid: number
  readonly currency: string
  readonly createdAt: number
  readonly hostedInvoiceUrl: string | null
}

/** What Postgres knows of one user's billing. Throws `BillingError`. */
export interface IBillingAccounts {
  getBillingAccount(
    userId: string,
    now: number,
    invoicesMax: number,
  ): Promise<{
    readonly entitlements: UserEntitlements
    readonly invoices: readonly StoredInvoice[]
    readonly customerId: string | null
    /** Whether they ever had a subscription: a trial is for the first. */
    readonly subscribedBefore: boolean
    /** Their trials that are once a card. */
    readonly trials: readonly Trial[]
  }>
}
