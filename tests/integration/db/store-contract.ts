import { afterAll, beforeAll, describe } from 'vitest'
import type { LedgerUnderTest } from '#tests/support/ledger-under-test.ts'
import { describeForgottenUsers } from './forgotten-users-contract.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeOutbox } from './outbox-contract.ts'
import { describeReconciliations } from './reconcile-contract.ts'
import { describeReversals } from './reversals-contract.ts'
import { describeSecondPurchases } from './second-purchase-contract.ts'
import { describeTrials } from './trials-contract.ts'

/** What every store of billing's promises, on one that is opened once: a database takes seconds to make. */
export function describeStore(name: string, open: () => Promise<LedgerUnderTest>): void {
  describe(`everything that ${name} keeps`, () => {
    let store: LedgerUnderTest
    const opened = async () => ({ ...store, close: async () => undefined })

    beforeAll(async () => {
      store = await open()
    })
    afterAll(() => store.close())

    describeLedger(name, opened)
    describeOrder(name, opened)
    describeGrants(name, opened)
    describeReversals(name, opened)
    describeMonths(name, opened)
    describeOutbox(name, opened)
    describeForgottenUsers(name, opened)
    describeSecondPurchases(name, opened)
    describeTrials(name, opened)
    describeReconciliations(name, opened)
  })
}
