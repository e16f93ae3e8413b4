import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeOrder } from './order-contract.ts'

const open = async () => overSql(await createPgliteDatabase())

describeLedger('PGlite', open)
describeOrder('PGlite', open)
describeGrants('PGlite', open)
