import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeStore } from './store-contract.ts'

describeStore('Postgres', async () => overSql(await createPostgresDatabase()))
