import { createServerClient } from '@supabase/ssr'
import { sessionCookieOptions } from '#src/infrastructure/auth/session-cookie.ts'
import type { SandboxEnvironment } from './stack.ts'

/** A person with an account, who uses the app as a browser would (by cookie) or a program (by token). */
export interface Visitor {
  readonly userId: string
  readonly email: string
  readonly password: string
  /** Asks a page, with the session's cookie. Redirects are not followed. */
  page(path: string): Promise<Response>
  /** Asks the API, with the access token. */
  api(path: string, init?: { readonly method: 'POST'; readonly body: unknown }): Promise<Response>
}

/** Signs a new person up at Supabase Auth, through the SDK that the app uses itself. */
export async function signUp(environment: SandboxEnvironment, name: string): Promise<Visitor> {
  const { APP_URL: appUrl, NEXT_PUBLIC_SUPABASE_URL: url } = environment
  const jar = new Map<string, string>()
  const client = createServerClient(url, environment.NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY, {
    cookieOptions: sessionCookieOptions(appUrl),
    cookies: {
      getAll: () => [...jar].map(([cookie, value]) => ({ name: cookie, value })),
      setAll: (toSet) => {
        for (const cookie of toSet) jar.set(cookie.name, cookie.value)
      },
    },
  })
  const email = `${name}-${crypto.randomUUID().slice(0, 8)}@example.com`
  const password = crypto.randomUUID()
  const { data, error } = await client.auth.signUp({ email, password })
  if (error) throw error
  const { user, session } = data
  if (user === null || session === null) throw new Error('Signing up gave no session')

  const headers = {
    authorization: `Bearer ${session.access_token}`,
    'content-type': 'application/json',
    // Each comes from an address of its own, of the block for documentation (RFC 3849): limits count by address.
    'x-forwarded-for': `2001:db8::${crypto.randomUUID().slice(0, 4)}`,
  }
  return {
    userId: user.id,
    email,
    password,
    page: (path) => {
      const cookie = [...jar].map(([key, value]) => `${key}=${value}`).join('; ')
      return fetch(appUrl + path, { headers: { cookie, accept: 'text/html' }, redirect: 'manual' })
    },
    api: (path, init) =>
      fetch(appUrl + path, {
        headers,
        redirect: 'manual',
        ...(init && { method: init.method, body: JSON.stringify(init.body) }),
      }),
  }
}
