import { ForeignOriginError } from './auth-errors.ts'

/**
 * Throws `ForeignOriginError` unless a page of ours at `appUrl` sent this mutation. `Origin` must be ours; `null` passes only
 * with `Sec-Fetch-Site: same-origin`, which no page can set: browsers send it so from a form on a page whose
 * referrer policy is `no-referrer`, as the one after the checkout is. A request without `Origin` is refused.
 */
export function assertSameOrigin(headers: Headers, appUrl: string): void {
  const origin = headers.get('origin')
  const site = headers.get('sec-fetch-site')
  const ours = origin === new URL(appUrl).origin && (site === null || site === 'same-origin')
  const anonymousButOurs = origin === 'null' && site === 'same-origin'
  if (!ours && !anonymousButOurs) throw new ForeignOriginError()
}
