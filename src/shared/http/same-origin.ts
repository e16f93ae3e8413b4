/**
 * Whether a request that changes something comes from this very site. A browser always sends `Origin` with a POST;
 * `null` and a missing one are refused where a cookie could have been sent along (F90). A caller that brings its own
 * bearer token sends no cookie on its own, and needs no origin; a foreign one it must not have either.
 */
export function isSameOrigin(request: Request, appUrl: string): boolean {
  const origin = request.headers.get('origin')
  const site = request.headers.get('sec-fetch-site')
  if (origin === null) return request.headers.has('authorization')
  return origin === appUrl && (site === null || site === 'same-origin')
}
