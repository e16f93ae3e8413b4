import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createSupabaseSandbox, type SupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { refusesOtherSites } from '../other-sites.ts'
import { browserClient, serverClient } from './clients.ts'
import { writeMigrations } from './migrations-fixture.ts'

const migrations = writeMigrations({
  '0001_counter.sql': 'create table public.counter (id int primary key);',
})
let sandbox: SupabaseSandbox

beforeAll(async () => {
  sandbox = await createSupabaseSandbox({ migrationsDir: migrations.folder })
})
beforeEach(() => sandbox.reset())
afterAll(async () => {
  await sandbox.close()
  migrations.remove()
})

const insert = (id: number) => serverClient(sandbox).from('counter').insert({ id })
const rows = () => sandbox.sql('select id from public.counter')

describe('faults', () => {
  test('down cuts the connection and does nothing', async () => {
    sandbox.faults.set({ kind: 'down' })
    const { error } = await insert(1)
    expect(error?.message).toContain('fetch failed')
    expect(await rows()).toEqual([])
  })

  test('status answers so and does nothing', async () => {
    sandbox.faults.set({ kind: 'status', status: 503, times: 1 })
    const { error, status } = await insert(1)
    expect([status, error?.message]).toEqual([503, 'Fault of the sandbox'])
    expect(await rows()).toEqual([])
  })

  test('error_after_effect commits and answers an error', async () => {
    sandbox.faults.set({ kind: 'error_after_effect', times: 1 })
    expect((await insert(1)).status).toBe(500)
    expect(await rows()).toEqual([{ id: 1 }])
  })

  test('reset commits and cuts the connection', async () => {
    sandbox.faults.set({ kind: 'reset', times: 1 })
    expect((await insert(1)).error?.message).toContain('fetch failed')
    expect(await rows()).toEqual([{ id: 1 }])
  })

  test('slow answers late', async () => {
    sandbox.faults.set({ kind: 'slow', delayMs: 80, times: 1 })
    const started = performance.now()
    expect((await insert(1)).error).toBeNull()
    expect(performance.now() - started).toBeGreaterThanOrEqual(75)
  })

  test('html is what a proxy in between would answer; nothing is done', async () => {
    sandbox.faults.set({ kind: 'html', times: 1 })
    const { error, status } = await insert(1)
    expect([status, error?.message]).toEqual([502, expect.stringContaining('502 Bad Gateway')])
    expect(await rows()).toEqual([])
  })

  test('they are set, read and cleared over HTTP, and spent after as many times as was said', async () => {
    const url = `${sandbox.url}/_sandbox/faults`
    await fetch(url, { method: 'PUT', body: '{"kind":"status","times":2,"match":"/rest/v1/counter"}' })
    expect(await (await fetch(url)).json()).toEqual({
      fault: { kind: 'status', times: 2, match: '/rest/v1/counter' },
    })
    const statuses = [(await insert(1)).status, (await insert(2)).status, (await insert(3)).status]
    expect(statuses).toEqual([503, 503, 201])
    sandbox.faults.set({ kind: 'down' })
    await fetch(url, { method: 'DELETE' })
    expect(sandbox.faults.current).toBeNull()
    expect((await fetch(url, { method: 'PUT', body: '{"kind":"fire"}' })).status).toBe(400)
  })

  test('they spare Auth unless it is named', async () => {
    const credentials = { email: 'a@example.com', password: 'correct horse' }
    sandbox.faults.set({ kind: 'status' })
    expect((await browserClient(sandbox).auth.signUp(credentials)).error).toBeNull()
    sandbox.faults.set({ kind: 'status', match: '/auth/v1/token' })
    expect((await browserClient(sandbox).auth.signInWithPassword(credentials)).error?.status).toBe(503)
  })
})

refusesOtherSites(() => sandbox.url)

describe('where it may run', () => {
  test('it does not start in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    await expect(createSupabaseSandbox()).rejects.toThrow('NODE_ENV=production')
    vi.unstubAllEnvs()
  })

  test('it does not listen where others can reach it', async () => {
    await expect(createSupabaseSandbox({ host: '0.0.0.0' })).rejects.toThrow('loopback only')
  })

  test('a migration that fails is named with its line', async () => {
    const broken = writeMigrations({
      '0001_broken.sql': 'create table public.a (id int);\n\nselect nonsense;\n',
    })
    const starting = createSupabaseSandbox({ migrationsDir: broken.folder })
    await expect(starting).rejects.toThrow('0001_broken.sql line 3: column "nonsense" does not exist')
    broken.remove()
  }, 120_000)
})
