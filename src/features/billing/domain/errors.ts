/** The codes of failures that a caller of billing may meet. */
export type BillingErrorCode =
  | 'stripe_unavailable'
  | 'stripe_refused'
  | 'database_unavailable'
  | 'database_refused'
  | 'entitlements_unavailable'
  | 'cache_unavailable'
  | 'overloaded'

/**
 * A failure outside of our hands, with a verdict on trying again. The message is ours and fixed; the vendor's own
 * error is the `cause` and never leaves the process.
 */
export class BillingError extends Error {
  override readonly name = 'BillingError'
  readonly code: BillingErrorCode
  /** Whether the same call may succeed later without anybody changing anything. */
  readonly retryable: boolean

  constructor(code: BillingErrorCode, options: { retryable: boolean; cause: unknown }) {
    super(MESSAGES[code], { cause: options.cause })
    this.code = code
    this.retryable = options.retryable
  }
}

const MESSAGES: Record<BillingErrorCode, string> = {
  stripe_unavailable: 'Stripe did not answer in time',
  stripe_refused: 'Stripe refused the request',
  database_unavailable: 'Postgres did not answer in time',
  database_refused: 'Postgres refused the call',
  entitlements_unavailable: 'No backend could say what this user may do',
  cache_unavailable: 'Redis did not take what it was told',
  overloaded: 'More deliveries came at once than can be answered in time',
}
