import { type CookieOptions, createServerClient } from '@supabase/ssr'
import { hasSessionCookie, type RequestCookie, type SessionCookieOptions } from './session-cookie.ts'

/** How long a page waits for a new access token, in milliseconds; later the old one has to do. */
export const REFRESH_BUDGET_MS = 3_000

/** Set by the proxy on the request that it forwards, never believed from outside. */
export const REFRESH_FAILED_HEADER = 'x-tollgate-refresh-failed'

/** A cookie to set on the answer, and to show to what renders it. */
export interface CookieToSet {
  readonly name: string
  readonly value: string
  readonly options: CookieOptions
}

/** What became of a session: the cookies that changed, and whether the auth server could not be reached. */
export interface SessionRefresh {
  readonly cookies: readonly CookieToSet[]
  readonly failed: boolean
}

/** Where the session lives and how its cookie is written. */
export interface SessionRefreshOptions {
  readonly supabaseUrl: string
  readonly publishableKey: string
  readonly cookie: SessionCookieOptions
}

/**
 * Renews the access token of a session that is about to expire (Supabase's margin: 90 s) by its refresh token. A
 * session that the server no longer knows is taken away; one that it could not be asked about is kept. Without a
 * session cookie nothing is asked.
 */
export async function refreshSession(
  requestCookies: readonly RequestCookie[],
  { supabaseUrl, publishableKey, cookie }: SessionRefreshOptions,
): Promise<SessionRefresh> {
  if (!hasSessionCookie(requestCookies, cookie.name)) return { cookies: [], failed: false }
  const changed: CookieToSet[] = []
  // The SDK retries for up to 30 s; past the deadline its next try fails at once, so a late answer cannot rotate the
  // refresh token into a response that is already sent.
  const deadline = AbortSignal.timeout(REFRESH_BUDGET_MS)
  let unreachable = false
  const client = createServerClient(supabaseUrl, publishableKey, {
    cookieOptions: cookie,
    cookies: {
      getAll: () => [...requestCookies],
      setAll: (toSet) => {
        changed.push(...toSet)
      },
    },
    global: {
      fetch: async (input, init) => {
        try {
          const response = await fetch(input, { ...init, signal: deadline })
          unreachable = response.status >= 500
          return response
        } catch (error) {
          unreachable = true
          throw error
        }
      },
    },
  })
  await Promise.race([client.auth.getSession(), aborted(deadline)])
  return { cookies: changed, failed: unreachable || deadline.aborted }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }))
}
