/**
 * The auth server could not be asked (down, slow, or an answer that makes no sense), so nobody knows who this is.
 * Not the same as signed out: callers answer 503 and keep the session. Retryable.
 */
export class AuthUnavailableError extends Error {
  readonly code = 'auth_unavailable'
  readonly retryable = true

  constructor(cause?: unknown) {
    super('The auth server could not be reached', { cause })
    this.name = 'AuthUnavailableError'
  }
}

/** The request does not come from a page of ours: its `Origin` is another's, or missing. Never retryable. */
export class ForeignOriginError extends Error {
  readonly code = 'foreign_origin'
  readonly retryable = false

  constructor() {
    super('The request does not come from this site')
    this.name = 'ForeignOriginError'
  }
}
