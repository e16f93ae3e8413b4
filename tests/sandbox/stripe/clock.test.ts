import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
afterAll(() => shop.sandbox.close())

const clock = async (query = '') => (await fetch(`${shop.sandbox.url}/_sandbox/clock${query}`)).json()

it('whoever waits for a change of the offset is told as soon as it changes', async () => {
  const before = (await clock()) as { offset_ms: number }
  const waiting = clock(`?wait_for_change_from=${before.offset_ms}`)
  await shop.sandbox.advance({ seconds: 60 })

  expect(await waiting).toMatchObject({ offset_ms: before.offset_ms + 60_000 })
})

it("the Date of an answer follows the sandbox's clock", async () => {
  await shop.sandbox.advance({ seconds: 90 * 86_400 })
  const { lastResponse } = await shop.stripe.customers.list()

  const ahead = Date.parse(lastResponse.headers.date ?? '') - Date.now()
  expect(ahead).toBeGreaterThan(89 * 86_400_000)
})
