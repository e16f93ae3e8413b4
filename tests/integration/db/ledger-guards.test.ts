import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingOfUser, billingOfUser, event } from '#tests/support/billing-of-user.ts'
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
