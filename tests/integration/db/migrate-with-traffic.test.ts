import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AppliedChange } from '#src/features/billing/domain/change/Change.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import type { CallFunction } from '#src/infrastructure/db/supabase-rpc.ts'
import { billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import { overSql } from '#tests/support/ledger-under-test.ts'
import { migrationsFrom } from '#tests/support/migrations.ts'
import { createPostgresDatabase, type PostgresDatabase } from '#tests/support/postgres-database.ts'

/** The first migration of the last step: what comes with the newest code. Moved on with each release. */
const STEP = '20261125000220'
/** The format of the code before the step. */
const FORMAT_BEFORE = 2

const USERS = 8
const EVENTS_AFTER = 20
const RETRY_MS = 5
const RETRIES_MAX = 400

let database: PostgresDatabase

beforeEach(async () => {
  database = await createPostgresDatabase({ before: STEP })
})
afterEach(() => database.close())

const migrate = async () => {
  for (const sql of migrationsFrom(STEP)) await database.query(sql)
}

/** What the code before the step sends: its own format, without what came since. */
const olderCall: CallFunction = (name, args) =>
  database.call(
    name,
    name !== 'apply_stripe_event'
      ? args
      : { ...args, p_format: FORMAT_BEFORE, p_change: older(args.p_change) },
  )

function older(change: unknown): unknown {
  const { notice: _notice, source, ...rest } = change as AppliedChange
  if (source === null) return { ...rest, source }
  const { bought_once: _boughtOnce, ...sourceThen } = source
  return { ...rest, source: sourceThen }
}

/** As Stripe does: what time can cure is sent again until it is taken. */
async function deliver<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      if (!(error instanceof BillingError && error.retryable) || tries === RETRIES_MAX) throw error
      await sleep(RETRY_MS)
    }
  }
}

const names = async (sql: string) => (await database.query(sql)).map(({ name }) => String(name)).toSorted()
const functions = () =>
  names(`select proname || '(' || pg_get_function_identity_arguments(oid) || ')' as name from pg_proc
    where pronamespace = 'public'::regnamespace`)
const columns = () =>
  names(`select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public'`)
const files = () =>
  names(`select relname || ' ' || relfilenode as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'i')`)

describe('F93: the last migrations', () => {
  it.each([
    ['before them', FORMAT_BEFORE],
    ['that comes with them', null],
  ])(
    'run while events of the code %s stream in: each counts once, the last word stands',
    async (_, format) => {
      const call = format === null ? database.call : olderCall
      const users = await Promise.all(Array.from({ length: USERS }, () => billingOfUser(overSql(database))))
      let isMigrated = false
      let sent = 0
      const streams = users.map(async (billing) => {
        const service = new DatabaseService(call)
        let left = EVENTS_AFTER
        let status = 'active'
        for (let at = 100; left > 0; at += 1) {
          status = at % 2 === 0 ? 'active' : 'unpaid'
          const change = billing.subscription({ at, facts: { status } })
          const of = event()
          const applied = await deliver(() => service.applyStripeEvent(of, change, NOW_MS))
          expect(applied).toMatchObject({ outcome: 'applied', userId: billing.userId })
          sent += 1
          if (isMigrated) left -= 1
        }
        return { billing, status }
      })
      await migrate()
      isMigrated = true

      const ended = await Promise.all(streams)
      const rows = await database.query('select user_id, status, revision::integer from user_entitlements')
      expect(rows).toHaveLength(USERS)
      for (const { billing, status } of ended) {
        expect(rows).toContainEqual(expect.objectContaining({ user_id: billing.userId, status }))
      }
      const [ledger] = await database.query(
        `select count(*)::integer as events, count(*) filter (where outcome <> 'applied')::integer as others
       from stripe_events`,
      )
      expect(ledger).toEqual({ events: sent, others: 0 })
      const laws = await database.call('check_laws', { p_now: new Date(NOW_MS).toISOString() })
      expect((laws as { count: number }[]).filter(({ count }) => count > 0)).toEqual([])
    },
  )

  it('refuse the code that comes with them until they have run, and then nothing is missing', async () => {
    const billing = await billingOfUser(overSql(database))
    const service = new DatabaseService(database.call)
    const first = event()
    const change = billing.subscription({ at: 100 })

    await expect(service.applyStripeEvent(first, change, NOW_MS)).rejects.toMatchObject({ retryable: true })
    expect(await database.query('select 1 from stripe_events')).toEqual([])
    await migrate()

    expect(await service.applyStripeEvent(first, change, NOW_MS)).toMatchObject({ outcome: 'applied' })
  })

  it('take nothing away that the code before them calls or reads', async () => {
    const [calledBefore, readBefore] = [await functions(), await columns()]

    await migrate()

    const [calledAfter, readAfter] = [await functions(), await columns()]
    expect(calledBefore.filter((name) => !calledAfter.includes(name))).toEqual([])
    expect(readBefore.filter((name) => !readAfter.includes(name))).toEqual([])
  })

  it('rewrite no table and build no index of one anew, so that none is locked for long', async () => {
    const before = await files()

    await migrate()

    const after = await files()
    expect(before.filter((file) => !after.includes(file))).toEqual([])
  })
})
