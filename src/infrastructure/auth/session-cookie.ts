import { combineChunks, stringFromBase64URL } from '@supabase/ssr'

/** One cookie of a request. */
export interface RequestCookie {
  readonly name: string
  readonly value: string
}

/** What `@supabase/ssr` puts before a value that it has encoded. */
const ENCODED = 'base64-'

/** The session cookie's name and attributes, as `@supabase/ssr` takes them. */
export interface SessionCookieOptions {
  readonly name: string
  readonly path: '/'
  readonly sameSite: 'lax'
  readonly httpOnly: true
  readonly secure: boolean
}

/**
 * The session cookie for an app at `appUrl`. On https it carries the `__Host-` prefix, so no sibling domain can set
 * it; on http (this machine) browsers would refuse that prefix. `lax`, so that it comes along when Stripe sends the
 * buyer back.
 */
export function sessionCookieOptions(appUrl: string): SessionCookieOptions {
  const secure = new URL(appUrl).protocol === 'https:'
  return {
    name: secure ? '__Host-tollgate-session' : 'tollgate-session',
    path: '/',
    sameSite: 'lax',
    httpOnly: true,
    secure,
  }
}

/**
 * The access token inside the session cookie `name`, which may be split into chunks; null where there is none or
 * it cannot be read. The token is still to be verified: anybody can write a cookie.
 */
export async function accessTokenFromCookies(
  cookies: readonly RequestCookie[],
  name: string,
): Promise<string | null> {
  const stored = await combineChunks(name, (chunk) => cookies.find((cookie) => cookie.name === chunk)?.value)
  if (!stored) return null
  try {
    const session: unknown = JSON.parse(
      stored.startsWith(ENCODED) ? stringFromBase64URL(stored.slice(ENCODED.length)) : stored,
    )
    if (typeof session !== 'object' || session === null || !('access_token' in session)) return null
    return typeof session.access_token === 'string' ? session.access_token : null
  } catch {
    return null // an edited or half-written cookie is no session
  }
}

/** Whether the request carries anything that belongs to the session cookie `name`. */
export function hasSessionCookie(cookies: readonly RequestCookie[], name: string): boolean {
  return cookies.some((cookie) => cookie.name === name || cookie.name.startsWith(`${name}.`))
}
