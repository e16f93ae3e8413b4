import 'server-only'
import { cookies, headers } from 'next/headers'
import { cache } from 'react'
import type { Credentials } from './Authenticator.ts'
import type { AuthUser } from './AuthUser.ts'
import { auth } from './auth.ts'
import { REFRESH_FAILED_HEADER } from './session-refresh.ts'

/**
 * The signed-in user, for server components and server actions; asked once a render. Null is signed out; rejects
 * with `AuthUnavailableError` where the keys cannot be had.
 */
export const currentUser = cache(
  async (): Promise<AuthUser | null> => auth().authenticator.identify(await credentials()),
)

/** As `currentUser`, and the auth server confirms that the user and the session still exist. For money. */
export const freshUser = cache(
  async (): Promise<AuthUser | null> => auth().authenticator.identifyFresh(await credentials()),
)

async function credentials(): Promise<Credentials> {
  const [cookieStore, headerList] = await Promise.all([cookies(), headers()])
  return {
    authorization: headerList.get('authorization'),
    cookies: cookieStore.getAll(),
    refreshFailed: headerList.get(REFRESH_FAILED_HEADER) !== null,
  }
}
