import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AccessExplanation } from '#src/features/billing/application/explain/ExplainAccess.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { stripeOf, subscribe } from '#tests/support/reconcile.ts'
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

async function explain(feature: string, ...more: string[]) {
  const ran = await runTollgate(stack, ['explain', user.id, feature, '--json', ...more])
  return ran.json() as AccessExplanation
}

/** An instant between what was before and what comes after. */
async function instantBetween(): Promise<string> {
  await new Promise((resolve) => setTimeout(resolve, 20))
  const at = new Date(stack.clock.now()).toISOString()
  await new Promise((resolve) => setTimeout(resolve, 20))
  return at
}

describe('explain', () => {
  it('says yes with the source, its event, its policy line and the layer', async () => {
    const { id } = await subscribe(stack, user)

    const told = await explain('insights')

    expect(told).toMatchObject({
      allowed: true,
      isFree: false,
      sources: [
        {
          sourceId: id,
          plan: 'pro',
          verdict: 'grants',
          policy: [expect.stringContaining('renewal.slackDays')],
          stripeEventId: expect.stringMatching(/^evt_/),
        },
      ],
      layer: { layer: 'redis', version: told.version },
    })
    expect(told.events.map(({ eventId }) => eventId)).toContain(told.sources[0]?.stripeEventId)
  })

  it('says no to a feature that the plan does not have, and yes to what everybody has', async () => {
    await subscribe(stack, user)

    expect(await explain('audit_log')).toMatchObject({
      allowed: false,
      sources: [{ verdict: 'plan_without_feature' }],
    })
    expect(await explain('projects')).toMatchObject({ allowed: true, isFree: true })
  })

  it('says what was so at a past moment, and changes nothing by saying it', async () => {
    const before = await instantBetween()
    const { id } = await subscribe(stack, user)
    const between = await instantBetween()
    await stripeOf(stack).subscriptions.cancel(id)
    await stack.stripe.settle()
    const state = () =>
      stack.supabase.sql('select to_jsonb(s) as source from user_entitlements s where user_id = $1', [
        user.id,
      ])
    const rows = await state()

    const told = [
      await explain('insights', '--at', before),
      await explain('insights', '--at', between),
      await explain('insights'),
    ]

    expect(told.map(({ allowed }) => allowed)).toEqual([false, true, false])
    expect(told[1]?.sources).toMatchObject([{ sourceId: id, status: 'active', verdict: 'grants' }])
    expect(told[2]?.sources).toMatchObject([{ sourceId: id, status: 'canceled', verdict: 'no_access' }])
    expect(await state()).toEqual(rows)
  })

  it('shows what operators did, and what they had given at a past moment', async () => {
    const granted = await runTollgate(stack, [
      'grant',
      user.id,
      'pro',
      '--forever',
      '--reason',
      'a comp',
      '--json',
    ])
    const { sourceId } = granted.json() as { sourceId: string }
    const between = await instantBetween()
    await runTollgate(stack, ['revoke', sourceId, '--reason', 'over'])

    expect(await explain('insights', '--at', between)).toMatchObject({
      allowed: true,
      acts: [{ action: 'grant', reason: 'a comp' }],
    })
    expect(await explain('insights')).toMatchObject({
      allowed: false,
      acts: [{ action: 'revoke' }, { action: 'grant' }],
    })
  })

  it('says that nothing was ever bought', async () => {
    const ran = await runTollgate(stack, ['explain', user.id, 'insights'])

    expect(ran.stdout).toContain(`No: insights for ${user.id}`)
    expect(ran.stdout).toContain('Nothing was ever bought or granted.')
  })

  it('names the features that there are where one is misspelt', async () => {
    const ran = await runTollgate(stack, ['explain', user.id, 'insihgts'])

    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('insights')
  })
})
