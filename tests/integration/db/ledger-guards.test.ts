import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingOfUser, billingOfUser, event, NOW_MS } from '#tests/support/billing-of-user.ts'
import { overSql } from '#tests/support/ledger-under-test.ts'
import { createPgliteDatabase } from '#tests/support/pglite-database.ts'
import type { TestDatabase } from '#tests/support/test-database.ts'

let database: TestDatabase
let billing: BillingOfUser

beforeAll(async () => {
  database = await createPgliteDatabase()
})
beforeEach(async () => {
  billing = await billingOfUser(overSql(database))
})
afterAll(() => database.close())

describe('what the schema itself refuses', () => {
  it('an event stands in one row at the most', async () => {
    const first = event()
    await billing.apply(billing.subscription({ at: 100 }), first)
    const insert = database.query(
      `insert into user_entitlements (user_id, source_kind, source_id, stripe_event_id, status, terminal,
             grants_access, plan, plan_version, quantity, items, snapshot_at, snapshot_rank, content, created_at, updated_at)
           select user_id, source_kind, 'sub_other', stripe_event_id, status, terminal, grants_access, plan,
             plan_version, quantity, items, snapshot_at, snapshot_rank, content, created_at, updated_at
           from user_entitlements where stripe_event_id = $1`,
      [first.id],
    )

    await expect(insert).rejects.toThrow('idx_user_entitlements_stripe_event_id')
  })

  it('a user has one checkout that can be paid, whoever else is reserving at the same time (F39)', async () => {
    const reserve = (status: string) =>
      database.query(
        `insert into checkout_attempts (attempt_id, user_id, plan, parameters_hash, status, reserved_at)
         values (gen_random_uuid(), $1, 'pro', 'hash', $2, now())`,
        [billing.userId, status],
      )
    await billing.apply(billing.subscription({ at: 100 }))
    await reserve('expired')
    await reserve('open')

    await expect(reserve('reserved')).rejects.toThrow('idx_checkout_attempts_one_live')
  })

  it('a customer of Stripe’s is one user’s (F59)', async () => {
    const other = await billingOfUser(overSql(database))
    const link = ({ userId }: BillingOfUser) =>
      database.query('update billing_users set stripe_customer_id = $1 where user_id = $2', [
        billing.customerId,
        userId,
      ])
    await billing.apply(billing.subscription({ at: 100 }))
    await other.apply(other.subscription({ at: 100 }))
    await link(billing)

    await expect(link(other)).rejects.toThrow('billing_users_stripe_customer_id_key')
  })

  it('the ledger is append-only: what it says of an event stays said', async () => {
    const said = event()
    await billing.apply(billing.subscription({ at: 100 }), said)

    await expect(
      database.query("update stripe_events set outcome = 'ignored' where event_id = $1", [said.id]),
    ).rejects.toThrow('append-only')
    await expect(database.query('delete from stripe_events where event_id = $1', [said.id])).rejects.toThrow(
      'append-only',
    )
  })
})

describe('whose source it is', () => {
  it("I7: another user's event never changes it, whatever the metadata says: it is kept with the reason", async () => {
    await billing.apply(billing.subscription({ at: 100 }))
    const before = await billing.row()
    const other = await billingOfUser(overSql(database))
    const theirs = other.subscription({ at: 200, facts: { status: 'canceled' } })
    if (theirs.source === null) throw new Error('no source')
    const forged = { ...theirs, source: { ...theirs.source, source_id: billing.subscriptionId } }

    const kept = await billing.service.applyStripeEvent(event(), forged, NOW_MS)

    expect(kept).toMatchObject({ outcome: 'unresolved', reason: 'source_of_another_user' })
    expect(await billing.row()).toEqual(before)
  })
})
