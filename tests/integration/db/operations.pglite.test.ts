import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeOperations } from './operations-contract.ts'

describeOperations('PGlite', createPgliteDatabase)
