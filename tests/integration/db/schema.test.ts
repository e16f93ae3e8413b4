import { join } from 'node:path'
import { expect, it } from 'vitest'
import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeSchema } from '#tests/support/schema-description.ts'

const SNAPSHOT = join(import.meta.dirname, '../../../supabase/schema.snapshot.sql')

it('the migrated schema is the one that stands in supabase/schema.snapshot.sql', async () => {
  const database = await createPostgresDatabase()
  const schema = await describeSchema(database)
  await database.close()

  await expect(schema).toMatchFileSnapshot(SNAPSHOT)
})
