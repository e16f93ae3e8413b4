import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeAttempts } from './attempts-contract.ts'

describeAttempts('PGlite', createPgliteDatabase)
