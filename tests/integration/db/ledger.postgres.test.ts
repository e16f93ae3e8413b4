import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPostgresDatabase } from '#tests/support/postgres-database.ts'
import { describeForgottenUsers } from './forgotten-users-contract.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeOutbox } from './outbox-contract.ts'
import { describeReversals } from './reversals-contract.ts'
import { describeSecondPurchases } from './second-purchase-contract.ts'

const open = async () => overSql(await createPostgresDatabase())

describeLedger('Postgres', open)
describeOrder('Postgres', open)
describeGrants('Postgres', open)
describeReversals('Postgres', open)
describeMonths('Postgres', open)
describeOutbox('Postgres', open)
describeForgottenUsers('Postgres', open)
describeSecondPurchases('Postgres', open)
