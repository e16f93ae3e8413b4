import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeAttempts } from './attempts-contract.ts'

describeAttempts('PGlite', async () => overSql(await createPgliteDatabase()))
