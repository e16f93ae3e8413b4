import { randomUUID } from 'node:crypto'
import { PGlite } from '@electric-sql/pglite'
import { schemaStatements } from './migrations.ts'
import { callOver, type Row, type TestDatabase } from './test-database.ts'

/** A database of ours in this process, in memory: one connection, so nothing runs at once. */
export async function createPgliteDatabase(): Promise<TestDatabase> {
  const pglite = await PGlite.create()
  for (const sql of schemaStatements()) await pglite.exec(sql)
  const query = async (sql: string, parameters: unknown[] = []) =>
    (await pglite.query<Row>(sql, parameters)).rows
  return {
    query,
    call: callOver(query),
    addUser: async () => {
      const id = randomUUID()
      await query('insert into auth.users (id) values ($1)', [id])
      return id
    },
    close: () => pglite.close(),
  }
}
