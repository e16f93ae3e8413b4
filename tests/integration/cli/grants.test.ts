import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
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

const features = async () => (await stack.anotherProcess().checkEntitlements.execute(user.id)).features

const grant = (...more: string[]) =>
  runTollgate(stack, [
    'grant',
    user.id,
    'pro',
    '--reason',
    'a promise',
    '--operator',
    'ann',
    '--json',
    ...more,
  ])

describe('grant and revoke', () => {
  it('give access until its end, and end it, each with its operator and reason in the audit', async () => {
    const granted = (await grant('--until', '30d')).json() as { sourceId: string }
    expect(await features()).toContain('insights')

    const revoked = await runTollgate(stack, [
      'revoke',
      granted.sourceId,
      '--reason',
      'over',
      '--operator',
      'ben',
    ])

    expect(revoked.code).toBe(0)
    expect(await features()).not.toContain('insights')
    const audit = await stack.supabase.sql(
      'select operator, action, reason from entitlement_audit where user_id = $1 order by id',
      [user.id],
    )
    expect(audit).toEqual([
      { operator: 'ann', action: 'grant', reason: 'a promise' },
      { operator: 'ben', action: 'revoke', reason: 'over' },
    ])
  })

  it('the same grant again makes no second one', async () => {
    const id = randomUUID()

    const first = await grant('--forever', '--id', id)
    const second = await grant('--forever', '--id', id)

    expect([first.json(), second.json()]).toMatchObject([{ outcome: 'granted' }, { outcome: 'exists' }])
  })

  it.each([
    [['grant', randomUUID(), 'pro', '--forever', '--reason', 'x'], 1, 'no such user'],
    [['grant', randomUUID(), 'nonsense', '--forever', '--reason', 'x'], 1, 'no such plan'],
    [['grant', randomUUID(), 'pro', '--reason', 'x'], 2, '--until or --forever'],
    [['grant', randomUUID(), 'pro', '--forever'], 2, '--reason'],
    [['revoke', 'sub_1', '--reason', 'x'], 1, 'ended at Stripe'],
  ])('%j answers %i and says why', async (args, code, why) => {
    const ran = await runTollgate(stack, args)

    expect(ran.code).toBe(code)
    expect(ran.stderr).toContain(why)
  })
})
