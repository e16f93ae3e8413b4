import { createMemoryStore } from '#tests/support/memory-store.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeReversals } from './reversals-contract.ts'

const open = async () => createMemoryStore()

describeLedger('memory', open)
describeOrder('memory', open)
describeGrants('memory', open)
describeReversals('memory', open)
describeMonths('memory', open)
