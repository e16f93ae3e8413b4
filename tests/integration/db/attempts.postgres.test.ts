import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeAttempts } from './attempts-contract.ts'

describeAttempts('Postgres', createPostgresDatabase)
