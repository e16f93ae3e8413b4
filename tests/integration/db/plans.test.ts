import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CheckoutSession } from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import { AccessHistory } from '#src/infrastructure/db/access-history.ts'
import { DatabaseGrants } from '#src/infrastructure/db/database-grants.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { ForgottenUsers } from '#src/infrastructure/db/forgotten-users.ts'
import { LedgerService } from '#src/infrastructure/db/ledger-service.ts'
import { OutboxService } from '#src/infrastructure/db/outbox-service.ts'
import { ReconcileStore } from '#src/infrastructure/db/reconcile-store.ts'
import { SecondPurchases } from '#src/infrastructure/db/second-purchases.ts'
import { Trials } from '#src/infrastructure/db/trials.ts'
import { event, NOW_MS } from '#tests/support/billing-of-user.ts'
import { type FilledUser, fillDatabase, userOfNumber } from '#tests/support/filled-database.ts'
import { type PlanNode, type PlanRecorder, recordPlans } from '#tests/support/plan-recorder.ts'
import { createPostgresDatabase, type PostgresDatabase } from '#tests/support/postgres-database.ts'
import { callOver } from '#tests/support/test-database.ts'

const USERS = 20_000

/** How many rows one step may read in vain: more than one user or one page has, far fewer than there are users. */
const ROWS_IN_VAIN_MAX = 200

let database: PostgresDatabase
let connection: pg.Client
let plans: PlanRecorder
/** The tables that hold a row of each user. */
let grown: ReadonlySet<string>

beforeAll(async () => {
  database = await createPostgresDatabase()
  await fillDatabase(database, USERS)
  const tables = await database.query('select relname from pg_stat_user_tables where n_live_tup >= $1', [
    USERS,
  ])
  grown = new Set(tables.map(({ relname }) => String(relname)))
  connection = await database.connect()
  plans = await recordPlans(connection)
})
afterAll(async () => {
  await connection.end()
  await database.close()
})

const call = callOver(async (sql, values) => (await connection.query(sql, values)).rows)
const service = new DatabaseService(call)
const ledger = new LedgerService(call)
const outbox = new OutboxService(call)
const grants = new DatabaseGrants(call)
const history = new AccessHistory(call)
const reconciliation = new ReconcileStore(call)
const trials = new Trials(call)
const users = new ForgottenUsers(call)

const tell = (change: Parameters<DatabaseService['applyStripeEvent']>[1], of = event()) =>
  service.applyStripeEvent(of, change, NOW_MS)

/** Everything that is asked of Postgres for one user, one event, one page or one batch. */
const ASKED: Readonly<Record<string, (user: FilledUser) => Promise<unknown>>> = {
  'an update': (user) => tell(user.subscription({ at: 300, facts: { cancelAt: 1_900_000_000 } })),
  'a snapshot that comes too late': (user) => tell(user.subscription({ at: 50 })),
  'an event that was here before': (user) =>
    tell(user.subscription({ at: 100 }), event(`evt_1_${user.customerId.slice('cus_'.length)}`)),
  'the card of a trial': (user) => trials.judge(user.subscriptionId, 'a card', NOW_MS),
  'the trials that are open': () => trials.listOpen(20),
  'a new purchase': (user) => tell(user.pass(300, 'second')),
  'an invoice and its payment': async (user) => {
    await tell(user.told.monthInvoice('second', 1_950_000_000))
    await tell(user.told.monthPaid('second'))
  },
  'a refund of a payment': (user) => tell(user.told.refund({ of: user.told.passPayment, id: 'second' })),
  'a refund of an invoice': (user) => tell(user.told.refund({ of: user.told.monthPayment, id: 'third' })),
  'a change that only its payment names a user of': (user) =>
    tell(user.told.dispute(user.told.passPayment, 'lost')),
  'a customer nobody knows': (user) =>
    tell({ ...user.subscription({ at: 100 }), user_id: null, customer_id: `cus_${randomUUID()}` }),
  'a customer who is linked, with what was kept for them': async (user) => {
    const customerId = `${user.customerId}_unknown`
    await tell({ ...user.subscription({ at: 400 }), ends_customer: true })
    await service.linkCustomer(user.userId, customerId, NOW_MS)
  },
  'a check that missed every cache': (user) => service.getUserEntitlements(user.userId, NOW_MS),
  'the account page': (user) => service.getBillingAccount(user.userId, NOW_MS, 12),
  'a checkout': async (user) => {
    const request = {
      userId: user.userId,
      plan: 'pass',
      renewing: false,
      repeatable: true,
      now: NOW_MS,
    } as const
    const reservation = await service.reserve({ ...request, parametersHash: 'hash', attemptId: randomUUID() })
    if (reservation.outcome !== 'reserved') throw new Error(`not reserved: ${reservation.outcome}`)
    await service.renew(reservation.attempt)
    const attempt = { ...reservation.attempt, attemptNumber: 2 }
    const sessionId = `cs_test_${randomUUID()}`
    const url = 'https://checkout.stripe.com/c/pay/cs_test'
    const session = new CheckoutSession({ sessionId, url, status: 'open', expiresAt: NOW_MS + 1000 })
    await service.open(attempt, Object.assign(session, { url }))
    await service.close(attempt.attemptId, 'expired')
  },
  'a batch of the outbox': async () => {
    const messages = await outbox.claim(50, 60, NOW_MS)
    await outbox.settle(
      messages.map(({ id, attempt }) => ({ id, attempt, error: null })),
      NOW_MS,
    )
  },
  'a grant by hand, taken back': async (user) => {
    const by = { operator: 'operator', reason: 'a comp', now: NOW_MS }
    const granted = await grants.grantEntitlement({
      ...by,
      grantId: randomUUID(),
      userId: user.userId,
      plan: 'pro',
      planVersion: 1,
      quantity: 1,
      expiresAt: null,
    })
    if (granted.outcome !== 'granted') throw new Error(`not granted: ${granted.outcome}`)
    await grants.revokeEntitlement({ ...by, sourceId: granted.sourceId })
  },
  'the ledger, newest first, and its second page': async () => {
    const page = await ledger.listEvents({}, 20)
    await ledger.listEvents({ before: page[19] }, 20)
  },
  "a user's part of the ledger": (user) => ledger.listEvents({ userId: user.userId }, 20),
  'one event of the ledger': (user) => ledger.getEvent(`evt_1_${user.customerId.slice('cus_'.length)}`),
  'some events of the ledger': (user) =>
    ledger.listEvents({ eventIds: [`evt_1_${user.customerId.slice('cus_'.length)}`, 'evt_unknown'] }, 20),
  'what the ledger keeps for a reason': () =>
    ledger.listEvents({ outcome: 'unresolved', reason: 'unknown_user' }, 20),
  'the bodies whose time is over': () => ledger.purgePayloads(NOW_MS + 1000, 100),
  'why a user may, and might': async (user) => {
    await history.explainUser(user.userId, NOW_MS, false, 20)
    await history.explainUser(user.userId, NOW_MS - 1000, true, 20)
  },
  'a page of a reconciliation': async (user) => {
    const run = await reconciliation.start(false, NOW_MS)
    await reconciliation.compareSources(run.runId, [user.subscription({ at: 500 })])
    await reconciliation.compareReversals(user.told.refund({ of: user.told.passPayment }).reversals)
    await reconciliation.compareInvoices(user.told.monthInvoice('fourth', 1_950_000_000).invoices)
    await reconciliation.compareCustomers([user])
    const next = { phase: 'finished', cursor: null } as const
    await reconciliation.advance(run, { objects: 1, drifts: [], next }, NOW_MS)
    await reconciliation.latest(false, 10)
  },
  'a preview': (user) =>
    ledger.previewStripeEvents([{ event: event(), change: user.subscription({ at: 600 }) }], NOW_MS),
  'what is tried anew of the outbox': () => outbox.revive(NOW_MS),
  'a user who is forgotten': async ({ userId }) => {
    await users.obligations(userId)
    await users.forget({ userId, operator: 'operator', reason: 'asked for it', now: NOW_MS })
  },
}

/**
 * What is asked of everybody at once, by a cron or an operator: each reads whole tables, and says why it must. A
 * diagnosis is of neither kind: it reads the catalogue alone, which grows with the schema.
 */
const ASKED_OF_ALL: Readonly<Record<string, () => Promise<unknown>>> = {
  'the laws, which hold for every row or not at all': () => ledger.checkLaws(NOW_MS),
  'the sources that Stripe did not list, of which there should be none': async () => {
    const { runId } = await reconciliation.start(true, NOW_MS)
    await reconciliation.unseenSources(runId, 0, 100, NOW_MS)
  },
  'the users who bought one thing twice, of whom there should be none': () =>
    new SecondPurchases(call).list(20, NOW_MS),
  'the users who were deleted, whom only their absence tells': () => users.deletedUsers(20),
  'how many messages wait, which is a count': () => outbox.state(10),
}

const wholeTables = (steps: readonly PlanNode[]) =>
  steps.filter(({ kind, table = '' }) => kind === 'Seq Scan' && grown.has(table))

describe('no query without an index', () => {
  describe.each(['force_custom_plan', 'force_generic_plan'])('%s', (mode) => {
    it.each(Object.keys(ASKED))('%s', async (name) => {
      const user = await userOfNumber(database, 1 + Object.keys(ASKED).indexOf(name))
      await connection.query(`set plan_cache_mode = ${mode}`)
      plans.take()

      await ASKED[name]?.(user)

      const steps = plans.take()
      expect(steps.length).toBeGreaterThan(0)
      expect(wholeTables(steps)).toEqual([])
      expect(steps.filter(({ rowsInVain }) => rowsInVain > ROWS_IN_VAIN_MAX)).toEqual([])
    })
  })

  it.each(Object.keys(ASKED_OF_ALL))('nor a table that is read again for each row: %s', async (name) => {
    await connection.query('set plan_cache_mode = auto')
    plans.take()

    await ASKED_OF_ALL[name]?.()

    const steps = plans.take()
    expect(steps.length).toBeGreaterThan(0)
    expect(wholeTables(steps).filter(({ turns }) => turns > 1)).toEqual([])
    const again = steps.filter(({ kind, turns }) => turns > 1 || kind === 'Nested Loop')
    expect(again.filter(({ rowsInVain }) => rowsInVain > ROWS_IN_VAIN_MAX)).toEqual([])
  })

  it('else it is seen: without the index on its payment a refund reads every invoice payment', async () => {
    const user = await userOfNumber(database, 1 + Object.keys(ASKED).length)
    await connection.query('begin')
    await connection.query('drop index idx_invoice_payments_payment_id')
    plans.take()

    await tell(user.told.refund({ of: user.told.monthPayment }))

    expect(wholeTables(plans.take()).map(({ table }) => table)).toContain('invoice_payments')
    await connection.query('rollback')
  })
})
