import { createMemoryStore } from '#tests/support/memory-store.ts'
import { describeForgottenUsers } from './forgotten-users-contract.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeOutbox } from './outbox-contract.ts'
import { describeReversals } from './reversals-contract.ts'
import { describeSecondPurchases } from './second-purchase-contract.ts'

const open = async () => createMemoryStore()

describeLedger('memory', open)
describeOrder('memory', open)
describeGrants('memory', open)
describeReversals('memory', open)
describeMonths('memory', open)
describeOutbox('memory', open)
describeForgottenUsers('memory', open)
describeSecondPurchases('memory', open)
