import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createSupabaseSandbox, type SupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { browserClient, serverClient, signedUp } from './clients.ts'
import { NOTES_MIGRATIONS, writeMigrations } from './migrations-fixture.ts'

const migrations = writeMigrations(NOTES_MIGRATIONS)
let sandbox: SupabaseSandbox

beforeAll(async () => {
  sandbox = await createSupabaseSandbox({ migrationsDir: migrations.folder })
})
beforeEach(() => sandbox.reset())
afterAll(async () => {
  await sandbox.close()
  migrations.remove()
})

const NOW = '2026-11-24T08:00:00+00:00'

function addNote(userId: string, body: string) {
  return serverClient(sandbox).rpc('add_note', { p_user_id: userId, p_note: { body }, p_now: NOW })
}

describe('functions', () => {
  test('the secret key runs a function that only service_role may execute, which reads auth.users', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const { data } = await addNote(user.id, 'first')
    expect(data).toEqual({ outcome: 'added', id: expect.any(Number), at: NOW, email: 'a@example.com' })
  })

  test('a user and a visitor may not execute it', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const args = { p_user_id: user.id, p_note: { body: 'x' }, p_now: NOW }
    const [asUser, asVisitor] = [
      await user.client.rpc('add_note', args),
      await browserClient(sandbox).rpc('add_note', args),
    ]
    expect([asUser.error?.code, asVisitor.error?.code]).toEqual(['42501', '42501'])
    expect([asUser.status, asVisitor.status]).toEqual([403, 401])
    expect(await sandbox.sql('select * from public.notes')).toEqual([])
  })

  test('an exception that the function catches is no failure', async () => {
    const { data } = await addNote('00000000-0000-4000-8000-000000000000', 'x')
    expect(data).toEqual({ outcome: 'unknown_user' })
  })

  test("an error that the function raises rolls back, and arrives with the function's own code", async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const { error } = await addNote(user.id, 'refuse')
    expect(error).toMatchObject({ code: 'TG002', message: 'refused', details: 'why', hint: 'what to do' })
    expect(await sandbox.sql('select * from public.notes')).toEqual([])
  })

  test.each([
    ['serialization_failure', 500, '40001'],
    ['check_violation', 400, '23514'],
    ['raise_exception', 400, 'P0001'],
    ['unique_violation', 409, '23505'],
    ['query_canceled', 500, '57014'],
  ])('%s has the status %d and the code %s of PostgREST', async (condition, status, code) => {
    const { error, ...answer } = await serverClient(sandbox).rpc('raise', { condition })
    expect([answer.status, error?.code, error?.message]).toEqual([status, code, 'on purpose'])
  })

  test('thirty calls at once do not share transactions, roles or users', async () => {
    const users = [await signedUp(sandbox, 'a@example.com'), await signedUp(sandbox, 'b@example.com')]
    const calls = Array.from({ length: 30 }, (_, index) => users[index % 2]?.client.rpc('whoami'))
    const answers = (await Promise.all(calls)).map((answer) => answer?.data.uid)
    expect(answers).toEqual(Array.from({ length: 30 }, (_, index) => users[index % 2]?.id))
  })

  test("a function sees the caller's claims", async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const { data } = await user.client.rpc('whoami')
    const app = { provider: 'email', providers: ['email'] }
    expect(data).toEqual({ uid: user.id, role: 'authenticated', user: 'authenticated', app })
  })

  test.each([
    ['a visitor', () => browserClient(sandbox), 'anon'],
    ['the secret key', () => serverClient(sandbox), 'service_role'],
  ])('%s has its role', async (_, client, role) => {
    const { data } = await client().rpc('whoami')
    expect(data).toEqual({ uid: null, role, user: role, app: null })
  })
})

describe('tables', () => {
  test('a user reads own rows only, the secret key reads all, a visitor none', async () => {
    const [a, b] = [await signedUp(sandbox, 'a@example.com'), await signedUp(sandbox, 'b@example.com')]
    await addNote(a.id, 'of a')
    await addNote(b.id, 'of b')
    expect((await a.client.from('notes').select('body')).data).toEqual([{ body: 'of a' }])
    expect((await b.client.from('notes').select('body')).data).toEqual([{ body: 'of b' }])
    expect((await serverClient(sandbox).from('notes').select('body')).data).toHaveLength(2)
    expect((await browserClient(sandbox).from('notes').select('body')).error?.code).toBe('42501')
  })

  test('what a migration revoked stays revoked', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const row = { user_id: user.id, body: 'mine' }
    expect((await user.client.from('notes').insert(row)).error?.code).toBe('42501')
    expect((await serverClient(sandbox).from('notes').insert(row)).error?.code).toBe('42501')
  })

  test('a table that nobody closed is open to all, as on Supabase', async () => {
    expect((await browserClient(sandbox).from('open_to_all').insert({ id: 1 })).error).toBeNull()
    expect((await browserClient(sandbox).rpc('open_to_all_count')).data).toBe(1)
  })

  test('a table made later is found after the notification', async () => {
    await sandbox.sql('create table public.later (id int)')
    await sandbox.sql("notify pgrst, 'reload schema'")
    expect((await serverClient(sandbox).from('later').select()).error).toBeNull()
    await sandbox.sql('drop table public.later')
  })
})

describe('keys and tokens', () => {
  async function rest(headers: Record<string, string>, query = '') {
    const response = await fetch(`${sandbox.url}/rest/v1/rpc/whoami${query}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: '{}',
    })
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }
  }

  test('no key and a wrong key are refused', async () => {
    expect((await rest({})).body.message).toBe('No API key found in request')
    expect((await rest({ apikey: 'nope' })).status).toBe(401)
  })

  test('the older keys, which are tokens, work in both places', async () => {
    const service = sandbox.serviceRoleKey
    expect((await rest({ apikey: sandbox.anonKey })).body.role).toBe('anon')
    const both = { apikey: service, Authorization: `Bearer ${service}` }
    expect((await rest(both)).body.role).toBe('service_role')
  })

  test("a user's token goes before the secret key that comes with it", async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    const { body } = await rest({ apikey: sandbox.secretKey, Authorization: `Bearer ${user.token}` })
    expect(body).toMatchObject({ uid: user.id, user: 'authenticated' })
  })

  test('the key may stand in the query', async () => {
    expect((await rest({}, `?apikey=${sandbox.publishableKey}`)).body.role).toBe('anon')
  })

  test('a token that is none of ours is refused', async () => {
    const answer = await rest({ apikey: sandbox.publishableKey, Authorization: 'Bearer a.b.c' })
    expect([answer.status, answer.body.code]).toEqual([401, 'PGRST301'])
  })
})

describe('the stand-in', () => {
  test('reset puts the rows of the migrations back and removes the users', async () => {
    const user = await signedUp(sandbox, 'a@example.com')
    await addNote(user.id, 'x')
    await sandbox.sql('update public.epoch set value = 8')
    await sandbox.reset()
    expect(await sandbox.sql('select value from public.epoch')).toEqual([{ value: 7 }])
    expect(await sandbox.sql('select * from public.notes')).toEqual([])
    expect(await sandbox.sql('select * from auth.users')).toEqual([])
  })

  test('it counts calls of functions', async () => {
    await browserClient(sandbox).rpc('whoami')
    await serverClient(sandbox).rpc('open_to_all_count')
    expect([sandbox.rpcCount(), sandbox.rpcCount('whoami'), sandbox.rpcCount('none')]).toEqual([2, 1, 0])
    expect(sandbox.requests()).toContainEqual({ method: 'POST', path: '/rest/v1/rpc/whoami', role: 'anon' })
    const listed = await (await fetch(`${sandbox.url}/_sandbox/requests`)).json()
    expect(listed).toMatchObject({ count: 2 })
  })

  test('what it does not have is answered 501 with a message', async () => {
    const response = await fetch(`${sandbox.url}/storage/v1/bucket`)
    expect(response.status).toBe(501)
    expect(await response.json()).toMatchObject({
      message: 'The Supabase sandbox does not have GET /storage/v1/bucket',
    })
  })

  test('names are looked for where Supabase looks, so that pgcrypto is found', async () => {
    expect(await sandbox.sql("select encode(digest('a', 'sha1'), 'hex') as sha1")).toEqual([
      { sha1: '86f7e437faa5a7fce15d1ddcb9eaeaea377667b8' },
    ])
  })

  test('migrations run in name order, each once', async () => {
    const rows = await sandbox.sql(
      'select version, name from supabase_migrations.schema_migrations order by 1',
    )
    expect(rows).toEqual([
      { version: '0001', name: '0001_notes' },
      { version: '0002', name: '0002_functions' },
    ])
  })
})
