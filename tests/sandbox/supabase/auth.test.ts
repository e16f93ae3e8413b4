import { createHmac } from 'node:crypto'
import { exportJWK, exportSPKI, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSupabaseSandbox, type SupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { browserClient, serverClient, signedUp } from './clients.ts'
import { writeMigrations } from './migrations-fixture.ts'

const migrations = writeMigrations({})
let sandbox: SupabaseSandbox

beforeAll(async () => {
  sandbox = await createSupabaseSandbox({ migrationsDir: migrations.folder })
})
beforeEach(() => sandbox.reset())
afterAll(async () => {
  await sandbox.close()
  migrations.remove()
})

async function getUser(token: string) {
  const headers = { apikey: sandbox.publishableKey, Authorization: `Bearer ${token}` }
  const response = await fetch(`${sandbox.url}/auth/v1/user`, { headers })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

async function jwks(): Promise<JWK[]> {
  const response = await fetch(`${sandbox.url}/auth/v1/.well-known/jwks.json`)
  return ((await response.json()) as { keys: JWK[] }).keys
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function claimsFor(userId: string) {
  const now = Math.floor(Date.now() / 1000)
  const common = { sub: userId, aud: 'authenticated', role: 'authenticated', iat: now, exp: now + 3600 }
  return { ...common, iss: `${sandbox.url}/auth/v1` }
}

describe('access tokens', () => {
  test('getClaims verifies one locally, with what Supabase puts into it', async () => {
    const user = await signedUp(sandbox, 'A@Example.com')
    await user.client.auth.getClaims()
    sandbox.clearLog()
    const { data } = await user.client.auth.getClaims()
    expect(data?.header).toMatchObject({ alg: 'ES256', kid: (await jwks())[0]?.kid })
    expect(data?.claims).toMatchObject({
      iss: `${sandbox.url}/auth/v1`,
      sub: user.id,
      aud: 'authenticated',
      role: 'authenticated',
      email: 'a@example.com',
      app_metadata: { provider: 'email', providers: ['email'] },
      session_id: expect.any(String),
      aal: 'aal1',
      is_anonymous: false,
    })
    expect(data?.claims.exp).toBe((data?.claims.iat ?? 0) + 3600)
    expect(sandbox.requests()).toEqual([])
  })

  test('app_metadata that was changed is in the next token', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    await serverClient(sandbox).auth.admin.updateUserById(user.id, { app_metadata: { role: 'operator' } })
    await user.client.auth.refreshSession()
    const { data } = await user.client.auth.getClaims()
    expect(data?.claims.app_metadata).toMatchObject({ role: 'operator', provider: 'email' })
  })

  test('the JWKS holds no private part', async () => {
    const [key] = await jwks()
    expect(Object.keys(key ?? {}).sort()).toEqual(['alg', 'crv', 'key_ops', 'kid', 'kty', 'use', 'x', 'y'])
  })

  test('a token of the former key is valid after a rotation, and not after its revocation', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    await sandbox.rotateKeys()
    expect(await jwks()).toHaveLength(2)
    expect((await getUser(user.token)).status).toBe(200)
    sandbox.revokeOldKeys()
    expect(await jwks()).toHaveLength(1)
    expect((await getUser(user.token)).status).toBe(403)
  })
})

describe('tokens that must be refused', () => {
  const refused = { status: 403, body: expect.objectContaining({ error_code: 'bad_jwt' }) }

  test('one without a signature', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const token = `${encode({ alg: 'none', typ: 'JWT' })}.${encode(claimsFor(user.id))}.`
    expect(await getUser(token)).toEqual(refused)
  })

  test('one signed HS256 with the public key as the secret', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const [jwk = {}] = await jwks()
    const pem = await exportSPKI(
      (await importJWK({ ...jwk, ext: true }, 'ES256', { extractable: true })) as CryptoKey,
    )
    const signed = `${encode({ alg: 'HS256', typ: 'JWT', kid: jwk.kid })}.${encode(claimsFor(user.id))}`
    const token = `${signed}.${createHmac('sha256', pem).update(signed).digest('base64url')}`
    expect(await getUser(token)).toEqual(refused)
  })

  test('one signed with a key of somebody else under our kid', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const [jwk] = await jwks()
    const { privateKey, publicKey } = await generateKeyPair('ES256')
    const header = { alg: 'ES256', kid: jwk?.kid ?? '', jwk: await exportJWK(publicKey) }
    const token = await new SignJWT(claimsFor(user.id)).setProtectedHeader(header).sign(privateKey)
    expect(await getUser(token)).toEqual(refused)
  })

  test('one whose claims were changed', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const [header, , signature] = user.token.split('.')
    const forged = `${header}.${encode({ ...claimsFor(user.id), role: 'service_role' })}.${signature}`
    expect(await getUser(forged)).toEqual(refused)
  })

  test('one that is expired', async () => {
    const brief = await createSupabaseSandbox({ migrationsDir: migrations.folder, jwtExpirySeconds: 1 })
    const user = await signedUp(brief, 'a@example.com')
    await new Promise((resolve) => setTimeout(resolve, 2000))
    const headers = { apikey: brief.publishableKey, Authorization: `Bearer ${user.token}` }
    const auth = await fetch(`${brief.url}/auth/v1/user`, { headers })
    const rest = await fetch(`${brief.url}/rest/v1/notes`, { headers })
    expect([auth.status, rest.status]).toEqual([403, 401])
    expect(await rest.json()).toMatchObject({ code: 'PGRST303', message: 'JWT expired' })
    await brief.close()
  }, 120_000)

  test('one of a session that has ended', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    await user.client.auth.signOut()
    expect(await getUser(user.token)).toMatchObject({
      status: 403,
      body: { error_code: 'session_not_found' },
    })
  })

  test('none at all', async () => {
    const headers = { apikey: sandbox.publishableKey }
    const response = await fetch(`${sandbox.url}/auth/v1/user`, { headers })
    expect([response.status, (await response.json()).error_code]).toEqual([401, 'no_authorization'])
  })
})

describe('sessions', () => {
  test('a password signs in, a wrong one does not', async () => {
    await signedUp(sandbox, 'a@example.com')
    const client = browserClient(sandbox)
    const wrong = await client.auth.signInWithPassword({ email: 'a@example.com', password: 'wrong' })
    expect(wrong.error?.code).toBe('invalid_credentials')
    const right = await client.auth.signInWithPassword({ email: 'a@example.com', password: 'correct horse' })
    expect(right.data.user?.email).toBe('a@example.com')
    expect((await client.auth.getUser()).data.user?.email).toBe('a@example.com')
  })

  test('a second account of the same address is refused', async () => {
    await signedUp(sandbox, 'a@example.com')
    const { error } = await browserClient(sandbox).auth.signUp({
      email: 'a@example.com',
      password: 'correct horse',
    })
    expect(error?.code).toBe('user_already_exists')
  })

  test('a refreshed session keeps its user and gets a new token', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const { data } = await user.client.auth.refreshSession()
    expect(data.user?.id).toBe(user.id)
    expect(data.session?.refresh_token).not.toBe(user.session.refresh_token)
    expect((await getUser(data.session?.access_token ?? '')).status).toBe(200)
  })

  test('a user changes her password and metadata', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    await user.client.auth.updateUser({ password: 'another horse', data: { name: 'Ada' } })
    const client = browserClient(sandbox)
    const { data } = await client.auth.signInWithPassword({
      email: 'a@example.com',
      password: 'another horse',
    })
    expect(data.user?.user_metadata).toMatchObject({ name: 'Ada' })
  })
})

describe('auth.admin', () => {
  const admin = () => serverClient(sandbox).auth.admin

  test('a user that it creates can sign in, with app_metadata in the token', async () => {
    const attributes = { email: 'op@example.com', password: 'correct horse', email_confirm: true }
    const { data } = await admin().createUser({ ...attributes, app_metadata: { role: 'operator' } })
    const client = browserClient(sandbox)
    await client.auth.signInWithPassword(attributes)
    const claims = (await client.auth.getClaims()).data?.claims
    expect(claims).toMatchObject({
      sub: data.user?.id,
      app_metadata: { role: 'operator', provider: 'email' },
    })
  })

  test('an address that is taken and a password that is short are refused', async () => {
    await admin().createUser({ email: 'a@example.com', password: 'correct horse' })
    const taken = await admin().createUser({ email: 'A@example.com', password: 'correct horse' })
    const short = await admin().createUser({ email: 'b@example.com', password: '123' })
    expect([taken.error?.code, short.error?.code]).toEqual(['email_exists', 'weak_password'])
  })

  test('users are listed by pages, with their number', async () => {
    for (const name of ['a', 'b', 'c']) await admin().createUser({ email: `${name}@example.com` })
    const first = await admin().listUsers({ page: 1, perPage: 2 })
    const second = await admin().listUsers({ page: 2, perPage: 2 })
    expect([first.data.users.length, second.data.users.length]).toEqual([2, 1])
    expect(first.data).toMatchObject({ total: 3, nextPage: 2, lastPage: 2 })
  })

  test('a user is read, changed and deleted, after which the token opens nothing', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    expect((await admin().getUserById(user.id)).data.user?.email).toBe('a@example.com')
    const changed = await admin().updateUserById(user.id, {
      email: 'b@example.com',
      app_metadata: { plan: null },
    })
    expect(changed.data.user?.email).toBe('b@example.com')
    expect((await admin().deleteUser(user.id)).error).toBeNull()
    expect((await admin().getUserById(user.id)).error?.code).toBe('user_not_found')
    expect((await getUser(user.token)).status).toBe(403)
  })

  test('a banned user gets no token', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    await admin().updateUserById(user.id, { ban_duration: '24h' })
    expect((await user.client.auth.refreshSession()).error?.code).toBe('user_banned')
    await admin().updateUserById(user.id, { ban_duration: 'none' })
    const again = { email: 'a@example.com', password: 'correct horse' }
    expect((await user.client.auth.signInWithPassword(again)).error).toBeNull()
  })

  test('an admin ends the session of a user', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    expect((await admin().signOut(user.token)).error).toBeNull()
    expect((await getUser(user.token)).status).toBe(403)
  })

  test('neither a visitor nor a user may use it, not with the secret key beside the user token either', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    expect((await browserClient(sandbox).auth.admin.listUsers()).error?.code).toBe('not_admin')
    expect((await user.client.auth.admin.listUsers()).error?.code).toBe('not_admin')
    const headers = { apikey: sandbox.secretKey, Authorization: `Bearer ${user.token}` }
    expect((await fetch(`${sandbox.url}/auth/v1/admin/users`, { headers })).status).toBe(403)
  })

  test('what it does not have says so', async () => {
    const { error } = await admin().generateLink({ type: 'magiclink', email: 'a@example.com' })
    expect(error?.message).toBe('The Supabase sandbox does not have POST /auth/v1/admin/generate_link')
  })
})
