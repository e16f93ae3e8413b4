import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeAttempts } from './attempts-contract.ts'

describeAttempts('Postgres', async () => overSql(await createPostgresDatabase()))
