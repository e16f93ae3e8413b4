import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeLedger } from './ledger-contract.ts'

describeLedger('Postgres', createPostgresDatabase)
