import { randomUUID } from 'node:crypto'
import { createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { supabaseRpc } from '#src/infrastructure/db/supabase-rpc.ts'
import { createSupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import type { TestDatabase } from './test-database.ts'

/** A database of ours behind PostgREST, through the real SDK over HTTP. */
export async function createSupabaseDatabase(): Promise<TestDatabase> {
  const sandbox = await createSupabaseSandbox()
  const client = createSupabaseServiceClient(sandbox)
  return {
    call: supabaseRpc(client, { deadlineMs: 20_000 }),
    query: (sql, parameters = []) => sandbox.sql(sql, parameters),
    addUser: async () => {
      const email = `${randomUUID()}@example.test`
      const { data, error } = await client.auth.admin.createUser({
        email,
        password: randomUUID(),
        email_confirm: true,
      })
      if (error !== null) throw error
      return data.user.id
    },
    close: () => sandbox.close(),
  }
}
