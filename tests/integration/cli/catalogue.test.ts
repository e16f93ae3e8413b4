import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack } from '#tests/support/billing-stack.ts'
import { stripeOf } from '#tests/support/reconcile.ts'
import { runTollgate } from '#tests/support/run-tollgate.ts'

let stack: BillingStack

beforeAll(async () => {
  stack = await startBillingStack({ seed: false })
})
afterAll(() => stack.close())

const diff = () => runTollgate(stack, ['catalogue', 'diff', '--json'])
const push = () => runTollgate(stack, ['catalogue', 'push', '--json'])

describe('catalogue', () => {
  it('is made in an empty account, and a second push finds nothing to do', async () => {
    const planned = await diff()
    expect(planned.code).toBe(1)

    const pushed = await push()

    expect(pushed.json()).toEqual(planned.json())
    expect(await diff()).toMatchObject({ code: 0, stdout: '[]\n' })
    expect((await push()).json()).toEqual([])
  })

  it('replaces a price of another amount by a new one under the same lookup key', async () => {
    const stripe = stripeOf(stack)
    const find = async () => (await stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })).data[0]
    const original = await find()
    const odd = await stripe.prices.create({
      currency: 'eur',
      unit_amount: 1,
      recurring: { interval: 'month' },
      product: String(original?.product),
      lookup_key: 'tollgate_pro_monthly_v1',
      transfer_lookup_key: true,
    })

    await push()

    expect(await find()).toMatchObject({ active: true, unit_amount: 1900 })
    expect(await stripe.prices.retrieve(odd.id)).toMatchObject({
      active: false,
      unit_amount: 1,
      lookup_key: null,
    })
    expect((await diff()).code).toBe(0)
  })
})
