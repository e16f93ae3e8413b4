import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import { describeForgottenUsers } from './forgotten-users-contract.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeOutbox } from './outbox-contract.ts'
import { describeReversals } from './reversals-contract.ts'
import { describeSecondPurchases } from './second-purchase-contract.ts'

const open = async () => overSql(await createPgliteDatabase())

describeLedger('PGlite', open)
describeOrder('PGlite', open)
describeGrants('PGlite', open)
describeReversals('PGlite', open)
describeMonths('PGlite', open)
describeOutbox('PGlite', open)
describeForgottenUsers('PGlite', open)
describeSecondPurchases('PGlite', open)
