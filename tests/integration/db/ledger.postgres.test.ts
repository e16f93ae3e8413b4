import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeOrder } from './order-contract.ts'

describeLedger('Postgres', createPostgresDatabase)
describeOrder('Postgres', createPostgresDatabase)
