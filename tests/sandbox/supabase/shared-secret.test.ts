import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createSupabaseSandbox, type SupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { signedUp } from './clients.ts'
import { writeMigrations } from './migrations-fixture.ts'

const migrations = writeMigrations({})
let sandbox: SupabaseSandbox

beforeAll(async () => {
  sandbox = await createSupabaseSandbox({ migrationsDir: migrations.folder, tokenAlgorithm: 'HS256' })
})
beforeEach(() => sandbox.reset())
afterAll(async () => {
  await sandbox.close()
  migrations.remove()
})

const jwks = async () => (await fetch(`${sandbox.url}/auth/v1/.well-known/jwks.json`)).json()

test('an old project signs HS256 with nothing in its JWKS, so that getClaims asks Auth', async () => {
  const user = await signedUp(sandbox, 'a@example.com')
  sandbox.clearLog()

  const { data } = await user.client.auth.getClaims()

  expect(data?.header).toEqual({ alg: 'HS256', typ: 'JWT' })
  expect(data?.claims.sub).toBe(user.id)
  expect(await jwks()).toEqual({ keys: [] })
  expect(sandbox.requests().map(({ path }) => path)).toEqual(['/auth/v1/user'])
})

test('it moves to a key of its own: new tokens are ES256, old ones stay valid until the secret is revoked', async () => {
  const user = await signedUp(sandbox, 'a@example.com')
  const old = user.token

  await sandbox.rotateKeys()
  const { data } = await user.client.auth.refreshSession()
  const { data: claims } = await user.client.auth.getClaims(data.session?.access_token)
  const before = await user.client.auth.getUser(old)
  sandbox.revokeOldKeys()
  const after = await user.client.auth.getUser(old)

  expect(claims?.header.alg).toBe('ES256')
  expect([before.error, after.error?.status]).toEqual([null, 403])
})
