/** The kinds of problem that the API answers with. Each has one status and one title, whoever meets it. */
const PROBLEMS = {
  unauthenticated: [401, 'Sign in first'],
  foreign_origin: [403, 'This request did not come from this site'],
  unsupported_media_type: [415, 'Send application/json'],
  body_too_large: [413, 'The body is too large'],
  malformed_body: [400, 'The body is not JSON'],
  invalid_request: [400, 'Some fields are not right'],
  invalid_promotion_code: [400, 'This promotion code is not valid'],
  invalid_webhook: [400, 'Not a webhook of this endpoint'],
  already_subscribed: [409, 'You already have this'],
  checkout_in_progress: [409, 'Another checkout is being opened'],
  rate_limited: [429, 'Too many requests'],
  overloaded: [503, 'Too many requests are being worked on'],
  unavailable: [503, 'A service behind this one does not answer'],
  internal: [500, 'Something is wrong on our side'],
} as const

/** The word after `urn:tollgate:problem:` in a problem's `type`. */
export type ProblemType = keyof typeof PROBLEMS

/** What a problem may say besides its type: fields of the answer, and headers. */
export interface ProblemDetails {
  readonly detail?: string
  readonly retryAfterSeconds?: number
  readonly extensions?: Readonly<Record<string, unknown>>
}

/**
 * An answer as problem details (RFC 9457). It is nobody else's to keep (`private, no-store`), and never carries an
 * error's own message.
 */
export function problem(
  type: ProblemType,
  { detail, retryAfterSeconds, extensions }: ProblemDetails = {},
): Response {
  const [status, title] = PROBLEMS[type]
  const headers = new Headers({
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'private, no-store',
  })
  if (retryAfterSeconds !== undefined) headers.set('retry-after', String(retryAfterSeconds))
  // An extension never stands in for a member of the standard's.
  const body = { ...extensions, type: `urn:tollgate:problem:${type}`, title, status, detail }
  return new Response(JSON.stringify(body), { status, headers })
}
