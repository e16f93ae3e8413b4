import { BillingError } from '#src/features/billing/domain/errors.ts'

/** An error as PostgREST reports it: an SQLSTATE or a PGRST code, and the HTTP status (0: no answer at all). */
export interface ReportedError {
  readonly code: string | null
  readonly status: number
  readonly cause: unknown
}

/**
 * Which failures time can cure. Everything else is the data's or the code's fault and is the same the next time.
 * Classes: postgresql.org/docs/current/errcodes-appendix.html; PGRST codes: docs.postgrest.org/en/stable/references/errors.html
 */
const RETRYABLE = [
  /^08/, // connection exceptions
  /^40/, // serialization failure, deadlock
  /^53/, // insufficient resources: too many connections, disk full
  /^55P03$/, // lock not available: our lock_timeout
  /^57/, // operator intervention: shutdown, our statement_timeout
  /^23505$/, // unique violation: somebody was first, and the next try sees it
  /^TG004$/, // the change is of a later format: the migration is under way
  /^42883$/, // the function is not there yet, while a deploy is under way
  /^PGRST00/, // PostgREST cannot reach Postgres
  /^PGRST20[25]$/, // PostgREST has not seen the new schema yet
]

/** Too many requests, or a gateway that could not reach what is behind it. */
const RETRYABLE_STATUSES: readonly number[] = [429, 502, 503, 504]

/** From this status on an answer is a refusal. */
const FIRST_REFUSAL = 400

/** A database failure as a typed error with its verdict on trying again. */
export function databaseError({ code, status, cause }: ReportedError): BillingError {
  const retryable =
    // No answer, or one that was mangled on its way: whether the call was carried out is not known.
    status < FIRST_REFUSAL ||
    RETRYABLE_STATUSES.includes(status) ||
    (code ? RETRYABLE.some((pattern) => pattern.test(code)) : status >= 500)
  return new BillingError(retryable ? 'database_unavailable' : 'database_refused', { retryable, cause })
}
