import { readConfig } from '#src/infrastructure/config/env.ts'
import { Authenticator } from './Authenticator.ts'
import { createAccessTokenVerifier } from './access-token.ts'
import { type SessionCookieOptions, sessionCookieOptions } from './session-cookie.ts'
import { createUserDirectory } from './user-directory.ts'

/** The configured authentication of this process. */
export interface Auth {
  readonly authenticator: Authenticator
  readonly cookie: SessionCookieOptions
}

let instance: { readonly key: string; readonly auth: Auth } | undefined

/** Built once a process (it holds the cached key set), and again where the configuration has changed. */
export function auth(): Auth {
  const { appUrl, supabase } = readConfig()
  const key = [appUrl, supabase.url, supabase.publishableKey].join(' ')
  if (instance?.key !== key) {
    const cookie = sessionCookieOptions(appUrl)
    const verifier = createAccessTokenVerifier(supabase.url)
    const directory = createUserDirectory(supabase.url, supabase.publishableKey)
    instance = { key, auth: { authenticator: new Authenticator(verifier, directory, cookie.name), cookie } }
  }
  return instance.auth
}
