import 'server-only'
import { createServerClient } from '@supabase/ssr'
import type { SupabaseClient } from '@supabase/supabase-js'
import { cookies } from 'next/headers'
import { readConfig } from '#src/infrastructure/config/env.ts'
import { auth } from './auth.ts'
import { hasSessionCookie } from './session-cookie.ts'

/** How long signing in, up or out may take, in milliseconds. */
export const SIGN_IN_BUDGET_MS = 8_000

/** A Supabase client on the session cookie, for server actions: what it signs in or out is written to the answer. */
export async function sessionClient(): Promise<SupabaseClient> {
  const { supabase } = readConfig()
  const store = await cookies()
  return createServerClient(supabase.url, supabase.publishableKey, {
    cookieOptions: auth().cookie,
    cookies: {
      getAll: () => store.getAll(),
      setAll: (toSet) => {
        for (const { name, value, options } of toSet) store.set(name, value, options)
      },
    },
    global: {
      fetch: (input, init) => fetch(input, { ...init, signal: AbortSignal.timeout(SIGN_IN_BUDGET_MS) }),
    },
  })
}

/** Takes the session away from this browser, where the auth server could not be asked to end it. For server actions. */
export async function forgetSession(): Promise<void> {
  const { name, path, secure } = auth().cookie
  const store = await cookies()
  for (const cookie of store.getAll().filter((candidate) => hasSessionCookie([candidate], name))) {
    store.set(cookie.name, '', { path, secure, httpOnly: true, maxAge: 0 })
  }
}
