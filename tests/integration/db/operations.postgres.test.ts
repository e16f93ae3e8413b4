import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeOperations } from './operations-contract.ts'

describeOperations('Postgres', createPostgresDatabase)
