import {
  type AuthError,
  createClient,
  isAuthRetryableFetchError,
  isAuthSessionMissingError,
} from '@supabase/supabase-js'
import type { AuthUser } from './AuthUser.ts'
import { AuthUnavailableError } from './auth-errors.ts'

/** How long to wait for Supabase Auth to confirm a user, in milliseconds. */
export const GET_USER_BUDGET_MS = 3_000

/** Asks the auth server itself, for what a signature cannot say: is this user still there, this session not revoked? */
export interface UserDirectory {
  /** The user of an access token as of now, or null where the server refuses it. Rejects with `AuthUnavailableError`. */
  getUser(accessToken: string): Promise<AuthUser | null>
}

/** `UserDirectory` over Supabase Auth's `GET /user`, one attempt within `GET_USER_BUDGET_MS`. */
export function createUserDirectory(supabaseUrl: string, publishableKey: string): UserDirectory {
  const client = createClient(supabaseUrl, publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(GET_USER_BUDGET_MS) }),
    },
  })
  return {
    async getUser(accessToken) {
      const { data, error } = await client.auth.getUser(accessToken)
      if (error) {
        if (isRefusal(error)) return null
        throw new AuthUnavailableError(error)
      }
      return { id: data.user.id, email: data.user.email ?? null }
    },
  }
}

/** Whether the server has answered, and does not know the user or the session. */
function isRefusal(error: AuthError): boolean {
  // What the SDK makes of a session that was ended (`session_not_found`); its status is 400.
  if (isAuthSessionMissingError(error)) return true
  return !isAuthRetryableFetchError(error) && [401, 403, 404].includes(error.status ?? 0)
}
