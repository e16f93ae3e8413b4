import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DELETED_USERS_MAX } from '#src/features/billing/application/forget/ForgetDeletedUsers.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { featuresOf, stripeOf, subscribe } from '#tests/support/reconcile.ts'
import { runTollgate } from '#tests/support/run-tollgate.ts'

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  user = await stack.signUp()
})
afterAll(() => stack.close())

const forget = (...args: string[]) => runTollgate(stack, ['forget', user.id, '--json', ...args])
const accounts = () => stack.supabase.sql('select id from auth.users where id = $1', [user.id])
const statusOf = async (id: string) => (await stripeOf(stack).subscriptions.retrieve(id)).status
const deleteInAuth = () => stack.supabase.sql('delete from auth.users where id = $1', [user.id])

describe('F82: a user is deleted', () => {
  it('and told what would be done, before anything is', async () => {
    const subscription = await subscribe(stack, user)

    const { code, json } = await forget()

    expect(code).toBe(0)
    expect(json()).toMatchObject({
      subscriptions: [subscription.id],
      subscriptionsAre: 'cancelled',
      signsIn: true,
    })
    expect(await statusOf(subscription.id)).toBe('active')
    expect(await featuresOf(stack, user)).toContain('insights')
    expect(await accounts()).toHaveLength(1)
  })

  it('and charged no more, without access in any cache, without an account', async () => {
    const subscription = await subscribe(stack, user)
    expect(await featuresOf(stack, user)).toContain('insights')

    const { code, json } = await forget('--apply', '--reason', 'asked by mail', '--operator', 'ann')

    expect(code).toBe(0)
    expect(json()).toMatchObject({ outcome: 'forgotten' })
    expect(await statusOf(subscription.id)).toBe('canceled')
    expect(await featuresOf(stack, user)).not.toContain('insights')
    expect(await accounts()).toEqual([])
    expect(
      await stack.supabase.sql('select operator, action, reason from entitlement_audit where user_id = $1', [
        user.id,
      ]),
    ).toEqual([{ operator: 'ann', action: 'forget', reason: 'asked by mail' }])
  })

  it('and what Stripe sends of them afterwards changes nothing, is acknowledged and is no alarm', async () => {
    await subscribe(stack, user)
    await forget('--apply')
    await stack.stripe.settle()

    const late = await stack.supabase.sql(
      `select type, reason from stripe_events where outcome = 'ignored' and type = 'customer.subscription.deleted'
       order by created desc limit 1`,
      [],
    )
    expect(late).toEqual([{ type: 'customer.subscription.deleted', reason: 'forgotten_user' }])
    expect(await featuresOf(stack, user)).not.toContain('insights')
  })

  it('and keeps no body of an event of theirs, but every row of the ledger', async () => {
    await subscribe(stack, user)
    const events = () =>
      stack.supabase.sql(
        'select event_id, payload is null as bare from stripe_events where user_id = $1 order by event_id',
        [user.id],
      )
    const before = await events()
    await forget('--apply')

    expect(await events()).toEqual(before.map((row) => ({ ...row, bare: true })))
  })

  it('and a session that they left open can be paid no more', async () => {
    const result = await stack.billing.createCheckoutSession.execute({
      user,
      request: { plan: 'pro', interval: 'month' },
    })
    if (result.kind !== 'created') throw new Error(result.kind)

    await forget('--apply')

    const session = await stripeOf(stack).checkout.sessions.retrieve(result.session.sessionId)
    expect(session.status).toBe('expired')
  })

  it('twice, and it is done once', async () => {
    await subscribe(stack, user)
    await forget('--apply')

    expect((await forget('--apply')).json()).toMatchObject({ outcome: 'already_forgotten' })
  })

  it('who never bought: billing knows of nobody', async () => {
    const { code, stderr } = await runTollgate(stack, ['forget', randomUUID(), '--apply'])

    expect(code).toBe(1)
    expect(stderr).toContain('nobody')
  })

  it('who comes again under the same address is somebody else', async () => {
    await subscribe(stack, user)
    await forget('--apply')
    const again = await stack.signUp()

    expect(await featuresOf(stack, again)).not.toContain('insights')
    await subscribe(stack, again)
    expect(await featuresOf(stack, again)).toContain('insights')
  })
})

describe('F82: a user is deleted in Supabase Auth', () => {
  const forgetDeleted = () => stack.billing.operations.forgetDeletedUsers.execute()

  it('and the scheduled check ends what charges them', async () => {
    const subscription = await subscribe(stack, user)
    await deleteInAuth()

    expect(await forgetDeleted()).toEqual({ kind: 'forgotten', count: 1 })

    expect(await statusOf(subscription.id)).toBe('canceled')
    expect(await featuresOf(stack, user)).not.toContain('insights')
    expect(await forgetDeleted()).toEqual({ kind: 'forgotten', count: 0 })
  })

  it('and doctor names them until then', async () => {
    await subscribe(stack, user)
    await deleteInAuth()

    const { stdout } = await runTollgate(stack, ['doctor'])

    expect(stdout).toContain(`npm run tollgate -- forget ${user.id} --apply`)
    await forgetDeleted()
  })

  it('and nobody is forgotten where so many are gone that a restore is likelier', async () => {
    await stack.supabase.sql(
      `insert into billing_users (user_id, created_at) select gen_random_uuid(), now() from generate_series(1, $1::integer)`,
      [DELETED_USERS_MAX + 1],
    )

    expect(await forgetDeleted()).toEqual({ kind: 'too_many' })

    const [row] = await stack.supabase.sql(
      'select count(*)::integer as left from billing_users u where forgotten_at is null and not exists (select 1 from auth.users a where a.id = u.user_id)',
      [],
    )
    expect(row).toEqual({ left: DELETED_USERS_MAX + 1 })
  })
})
