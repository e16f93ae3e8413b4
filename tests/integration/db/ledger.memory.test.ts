import { createMemoryStore } from '#tests/support/memory-store.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeOrder } from './order-contract.ts'

const open = async () => createMemoryStore()

describeLedger('memory', open)
describeOrder('memory', open)
describeGrants('memory', open)
