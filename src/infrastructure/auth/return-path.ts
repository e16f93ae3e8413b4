/** Longest way back that is kept, in characters. */
export const RETURN_PATH_MAX = 512

/** A base that no address of ours can have: what resolves to another origin than this one left our site. */
const NOWHERE = 'http://nowhere.invalid'

/**
 * A path of this app that is safe to send a browser to, or `fallback`. Takes only what begins with one slash, stays on
 * the origin however a browser reads it (backslashes, control characters, dot segments that leave a double slash),
 * and is a page: routes under `/api` are refused. Keeps the query and the fragment.
 */
export function safeReturnPath(value: unknown, fallback = '/'): string {
  if (typeof value !== 'string' || value.length > RETURN_PATH_MAX) return fallback
  if (!value.startsWith('/') || /[\\\p{Cc}\s]/u.test(value)) return fallback
  const url = URL.parse(value, NOWHERE)
  if (url === null || url.origin !== NOWHERE || url.pathname.startsWith('//')) return fallback
  if (url.pathname === '/api' || url.pathname.startsWith('/api/')) return fallback
  return `${url.pathname}${url.search}${url.hash}`
}
