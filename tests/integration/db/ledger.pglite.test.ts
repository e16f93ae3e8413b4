import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeOrder } from './order-contract.ts'

describeLedger('PGlite', createPgliteDatabase)
describeOrder('PGlite', createPgliteDatabase)
