import { parseCookieHeader } from '@supabase/ssr'
import type { Credentials } from './Authenticator.ts'
import type { AuthUser } from './AuthUser.ts'
import { auth } from './auth.ts'
import { REFRESH_FAILED_HEADER } from './session-refresh.ts'

/**
 * Who sends this request: a bearer token, else the session cookie, verified. Null is signed out (401); rejects with
 * `AuthUnavailableError` (503) where the keys cannot be had.
 */
export function userFromRequest(request: Request): Promise<AuthUser | null> {
  return auth().authenticator.identify(credentialsOf(request.headers))
}

/** As `userFromRequest`, and the auth server confirms that the user and the session still exist. For money. */
export function freshUserFromRequest(request: Request): Promise<AuthUser | null> {
  return auth().authenticator.identifyFresh(credentialsOf(request.headers))
}

function credentialsOf(headers: Headers): Credentials {
  return {
    authorization: headers.get('authorization'),
    cookies: parseCookieHeader(headers.get('cookie') ?? '').map(({ name, value = '' }) => ({ name, value })),
    refreshFailed: headers.get(REFRESH_FAILED_HEADER) !== null,
  }
}
