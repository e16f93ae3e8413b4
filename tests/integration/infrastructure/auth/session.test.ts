import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { currentUser, freshUser } from '#src/infrastructure/auth/current-user.ts'
import { forgetSession, sessionClient } from '#src/infrastructure/auth/session-client.ts'
import { REFRESH_FAILED_HEADER } from '#src/infrastructure/auth/session-refresh.ts'
import { createSupabaseSandbox, type SupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { request, resetRequest } from '#tests/support/next-request.ts'

vi.mock('next/headers', async () => (await import('#tests/support/next-request.ts')).nextHeaders())

const EMAIL = 'maya@example.com'
const PASSWORD = 'correct horse'
const COOKIE = '__Host-tollgate-session'

let supabase: SupabaseSandbox

beforeAll(async () => {
  supabase = await createSupabaseSandbox()
})
afterAll(() => supabase.close())

beforeEach(async () => {
  await supabase.reset()
  for (const [name, value] of Object.entries({
    APP_URL: 'https://app.example',
    STRIPE_SECRET_KEY: 'sk_test_1',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_1',
    STRIPE_WEBHOOK_SECRET: 'whsec_1',
    NEXT_PUBLIC_SUPABASE_URL: supabase.url,
    NEXT_PUBLIC_SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    SUPABASE_SECRET_KEY: supabase.secretKey,
    UPSTASH_REDIS_REST_URL: 'http://127.0.0.1:1',
    UPSTASH_REDIS_REST_TOKEN: 'token',
  })) {
    vi.stubEnv(name, value)
  }
})
afterEach(() => {
  vi.unstubAllEnvs()
  resetRequest()
})

/** Signs up as the form's action does, and sends what was set on the answer with the next request. */
async function signUp(): Promise<string> {
  const client = await sessionClient()
  const { data, error } = await client.auth.signUp({ email: EMAIL, password: PASSWORD })
  if (error || data.user === null) throw error ?? new Error('No user')
  sendCookiesBack()
  return data.user.id
}

function sendCookiesBack(): void {
  for (const { name, value } of request.set.splice(0)) request.cookies.set(name, value)
}

describe('signing up', () => {
  it('sets a session cookie that scripts cannot read and no other site sends along', async () => {
    const client = await sessionClient()
    await client.auth.signUp({ email: EMAIL, password: PASSWORD })

    const written = request.set.filter(({ value }) => value !== '')
    expect(written.map(({ name }) => name.replace(/\.\d+$/, ''))).toContain(COOKIE)
    expect(written.map(({ options }) => options)).toContainEqual(
      expect.objectContaining({ httpOnly: true, sameSite: 'lax', secure: true, path: '/' }),
    )
  })

  it('makes the next request that of this user', async () => {
    const id = await signUp()

    expect(await currentUser()).toEqual({ id, email: EMAIL })
    expect(await freshUser()).toEqual({ id, email: EMAIL })
  })
})

describe('a wrong password', () => {
  it('sets no session', async () => {
    await signUp()
    const client = await sessionClient()

    const { error } = await client.auth.signInWithPassword({ email: EMAIL, password: 'guessed' })

    expect(error?.status).toBe(400)
    expect(request.set.filter(({ value }) => value !== '')).toEqual([])
  })
})

describe('who sends a request', () => {
  it('is nobody without a session', async () => {
    expect(await currentUser()).toBeNull()
    expect(await freshUser()).toBeNull()
  })

  it('is nobody with a cookie that was written by hand (F85)', async () => {
    request.cookies.set(COOKIE, JSON.stringify({ access_token: 'e30.e30.e30', user: { id: 'somebody' } }))

    expect(await currentUser()).toBeNull()
  })

  it('is not known, rather than nobody, where the session could not be renewed', async () => {
    request.cookies.set(COOKIE, JSON.stringify({ access_token: 'expired' }))
    request.headers.set(REFRESH_FAILED_HEADER, '1')

    await expect(currentUser()).rejects.toMatchObject({ name: 'AuthUnavailableError' })
  })

  it('is nobody once the account is gone: for money the auth server itself is asked', async () => {
    const id = await signUp()
    await supabase.sql('delete from auth.users where id = $1', [id])

    expect(await currentUser()).toMatchObject({ id })
    expect(await freshUser()).toBeNull()
  })
})

describe('signing out', () => {
  it('takes the cookie away and ends the session at the auth server', async () => {
    await signUp()
    const client = await sessionClient()

    const { error } = await client.auth.signOut({ scope: 'local' })
    const stolen = new Map(request.cookies)
    sendCookiesBack()

    expect(error).toBeNull()
    expect(await currentUser()).toBeNull()
    for (const [name, value] of stolen) request.cookies.set(name, value)
    expect(await freshUser()).toBeNull()
  })

  it('takes the cookie away also where the auth server is away', async () => {
    await signUp()
    request.cookies.set('theme', 'dark')
    const names = [...request.cookies.keys()].filter((name) => /session(\.\d+)?$/.test(name))

    await forgetSession()

    expect(request.set.map(({ name }) => name)).toEqual(names)
    expect(request.set.every(({ value, options }) => value === '' && options.maxAge === 0)).toBe(true)
  })
})
