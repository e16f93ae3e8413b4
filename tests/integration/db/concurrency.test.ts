import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingOfUser, billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPostgresDatabase, type PostgresDatabase } from '#tests/support/postgres-database.ts'

const AT_ONCE = 16

let database: PostgresDatabase
let billing: BillingOfUser

beforeAll(async () => {
  database = await createPostgresDatabase()
})
beforeEach(async () => {
  billing = await billingOfUser(overSql(database))
})
afterAll(() => database.close())

const times = <T>(make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: AT_ONCE }, (_, index) => make(index)))

describe('on a real Postgres, at once', () => {
  it('I1: one event sixteen times is applied once', async () => {
    const one = event()

    const outcomes = await times(() => billing.apply(billing.subscription({ at: 100 }), one))

    expect(outcomes.toSorted()).toEqual(['applied', ...Array(AT_ONCE - 1).fill('duplicate')])
    expect(await billing.version()).toBe(1)
  })

  it('F25, F43, F72: sixteen events of one user, the newest wins, without a deadlock', async () => {
    const outcomes = await times((index) =>
      billing.apply(billing.subscription({ at: 100 + index, facts: { cancelAt: 2_000_000_000 + index } })),
    )

    expect(outcomes.every((outcome) => outcome === 'applied' || outcome === 'stale')).toBe(true)
    expect(await billing.access()).toMatchObject([{ cancelsAt: (2_000_000_000 + AT_ONCE - 1) * 1000 }])
  })

  it('F43: events of many users with sources, invoices and holds, without a deadlock', async () => {
    const users = await times(() => billingOfUser(overSql(database)))

    const outcomes = await Promise.all(
      users.flatMap((user) => [
        user.apply(user.subscription({ at: 100 })),
        user.apply(user.subscription({ at: 200, facts: { status: 'paused' } })),
        user.apply(user.invoice('paid', 150)),
        user.apply(user.pass(100)),
      ]),
    )

    expect(outcomes.filter((outcome) => outcome !== 'applied' && outcome !== 'stale')).toEqual([])
    const held = await Promise.all(users.map((user) => user.access(0)))
    expect(held.map((sources) => sources.length)).toEqual(Array(AT_ONCE).fill(2))
  })

  it('F82: a user is forgotten while their events come, new ones and kept ones: no access is left, without a deadlock', async () => {
    const { users } = overSql(database)
    const bare = { ...billing.subscription({ at: 50 }), user_id: null, links_customer: false }
    const kept = Array.from({ length: AT_ONCE }, () => event())
    for (const of of kept) await billing.apply(bare, of)
    await billing.apply({ ...billing.subscription({ at: 100 }), links_customer: false })
    await database.query('update billing_users set stripe_customer_id = $2 where user_id = $1', [
      billing.userId,
      billing.customerId,
    ])

    await Promise.all([
      times((index) => billing.apply(bare, kept[index])),
      times((index) => billing.apply(billing.subscription({ at: 200 + index }))),
      users.forget({ userId: billing.userId, operator: 'ann', reason: 'asked for', now: NOW_MS }),
    ])

    expect(await billing.access()).toEqual([])
    const left = await database.query(
      `select outcome from stripe_events where customer_id = $1 and (outcome = 'unresolved' or payload is not null)`,
      [billing.customerId],
    )
    expect(left).toEqual([])
  })

  it('F57: sixteen who deliver at once have each message in one hand, and one of each user', async () => {
    const { outbox } = overSql(database)
    const users = await times(() => billingOfUser(overSql(database)))
    for (const user of users) {
      await user.apply(user.subscription({ at: 100 }))
      await user.apply(user.subscription({ at: 200, facts: { status: 'unpaid' } }))
    }

    const claimed = (await times(() => outbox.claim(3, 60, NOW_MS))).flat()

    expect(new Set(claimed.map(({ id }) => id)).size).toBe(claimed.length)
    expect(new Set(claimed.map(({ userId }) => userId)).size).toBe(claimed.length)
    expect(claimed.length).toBeGreaterThanOrEqual(AT_ONCE)
  })

  it('F39: sixteen clicks are one attempt', async () => {
    const reservations = await times(() =>
      billing.service.reserve({
        userId: billing.userId,
        plan: 'pro',
        renewing: true,
        repeatable: false,
        parametersHash: 'the same',
        attemptId: randomUUID(),
        now: NOW_MS,
      }),
    )

    const attempts = reservations.map(
      (reservation) => 'attempt' in reservation && reservation.attempt.attemptId,
    )
    expect(new Set(attempts).size).toBe(1)
    expect(
      await database.query('select 1 from checkout_attempts where user_id = $1', [billing.userId]),
    ).toHaveLength(1)
  })

  it('F14: sixteen links are one', async () => {
    const linked = await times((index) =>
      billing.service.linkCustomer(billing.userId, `${billing.customerId}${index}`, NOW_MS),
    )

    expect(new Set(linked).size).toBe(1)
  })

  it('an event waits for the same event that is still being applied, and is a duplicate then', async () => {
    const one = event()
    const holder = await database.connect()
    await holder.query('begin')
    await holder.query('select public.apply_stripe_event($1, $2, now())', [
      JSON.stringify({ ...one, payload_base64: 'e30=', api_version: null, object_id: null }),
      JSON.stringify(billing.subscription({ at: 100 })),
    ])
    const waiting = billing.apply(billing.subscription({ at: 100 }), one)
    // Only who has looked into the ledger before the other's commit relies on its primary key.
    await expect.poll(() => database.query('select from pg_locks where not granted')).toHaveLength(1)

    await holder.query('commit')
    await holder.end()

    expect(await waiting).toBe('duplicate')
  })

  it('I3: a connection that ends before the commit leaves nothing behind', async () => {
    const one = event()
    const dying = await database.connect()
    await dying.query('begin')
    await dying.query('select public.apply_stripe_event($1, $2, now())', [
      JSON.stringify({ ...one, payload_base64: 'e30=', api_version: null, object_id: null }),
      JSON.stringify(billing.subscription({ at: 100 })),
    ])
    await dying.end()

    expect(await billing.row()).toBeUndefined()
    expect(await billing.apply(billing.subscription({ at: 100 }), one)).toBe('applied')
    expect(await billing.version()).toBe(1)
  })

  it('a lock that is held too long is a failure that time can cure', async () => {
    await billing.apply(billing.subscription({ at: 100 }))
    const holder = await database.connect()
    await holder.query('begin')
    await holder.query('select 1 from billing_users where user_id = $1 for update', [billing.userId])

    await expect(billing.apply(billing.subscription({ at: 200 }))).rejects.toMatchObject({ retryable: true })

    await holder.query('rollback')
    await holder.end()
    expect(await billing.apply(billing.subscription({ at: 200 }))).toBe('applied')
  })
})
