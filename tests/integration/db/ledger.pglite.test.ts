import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeStore } from './store-contract.ts'

describeStore('PGlite', async () => overSql(await createPgliteDatabase()))
