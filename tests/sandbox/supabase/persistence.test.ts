import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createSupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import { browserClient, serverClient, signedUp } from './clients.ts'
import { NOTES_MIGRATIONS, writeMigrations } from './migrations-fixture.ts'

test('with a directory for its data, users, rows and revoked rights outlast a restart', async () => {
  const migrations = writeMigrations(NOTES_MIGRATIONS)
  const dataDir = join(mkdtempSync(join(tmpdir(), 'tollgate-data-')), 'pg')
  const first = await createSupabaseSandbox({ migrationsDir: migrations.folder, dataDir })
  const user = await signedUp(first, 'a@example.com')
  const note = { p_user_id: user.id, p_note: { body: 'kept' }, p_now: new Date(0).toISOString() }
  await serverClient(first).rpc('add_note', note)
  await first.close()

  const second = await createSupabaseSandbox({ migrationsDir: migrations.folder, dataDir })
  const client = browserClient(second)
  await client.auth.signInWithPassword({ email: 'a@example.com', password: 'correct horse' })
  expect((await client.from('notes').select('body')).data).toEqual([{ body: 'kept' }])
  expect((await client.rpc('add_note', note)).error?.code).toBe('42501')
  await second.close()
  migrations.remove()
  rmSync(dataDir, { recursive: true, force: true })
}, 240_000)
