import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeLedger } from './ledger-contract.ts'

describeLedger('PGlite', createPgliteDatabase)
