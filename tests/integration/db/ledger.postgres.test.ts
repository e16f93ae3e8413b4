import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeReversals } from './reversals-contract.ts'

const open = async () => overSql(await createPostgresDatabase())

describeLedger('Postgres', open)
describeOrder('Postgres', open)
describeGrants('Postgres', open)
describeReversals('Postgres', open)
describeMonths('Postgres', open)
