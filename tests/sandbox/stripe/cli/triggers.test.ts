import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { StripeCli } from './stripe-cli.ts'
import { NOT_TRIGGERED, TRIGGERED, TRIGGERED_BY_ANOTHER_NAME } from './trigger-table.ts'

let shop: Shop
let cli: StripeCli

beforeAll(async () => {
  shop = await openShop()
  cli = new StripeCli(shop.sandbox)
})
afterAll(() => shop.sandbox.close())

/** The events that this version of the command line says that it can trigger. */
async function offered(): Promise<string[]> {
  const { output } = await cli.run('trigger', '--help')
  const [, list = ''] = /Supported events:\n([\s\S]*?)\n\n/.exec(output) ?? []
  return list.split('\n').map((line) => line.trim())
}

const isExplained = (event: string) => Object.keys(NOT_TRIGGERED).some((name) => event.startsWith(name))

describe('the table of triggers', () => {
  it('names each event that the command line offers, as working or with a reason', async () => {
    const works = new Set<string>([...TRIGGERED, ...TRIGGERED_BY_ANOTHER_NAME.map(([name]) => name)])
    const events = await offered()

    expect(events.length).toBeGreaterThan(100)
    expect(events.filter((event) => works.has(event) === isExplained(event))).toEqual([])
    expect([...works].filter((event) => !events.includes(event))).toEqual([])
  })

  it('explains nothing that is not offered', async () => {
    const events = await offered()

    expect(
      Object.keys(NOT_TRIGGERED).filter((name) => !events.some((event) => event.startsWith(name))),
    ).toEqual([])
  })
})

describe('stripe trigger', () => {
  it.each(TRIGGERED)('%s', async (event) => {
    shop.forget()
    const { code, output } = await cli.run('trigger', event)

    expect(output).toContain('Trigger succeeded!')
    expect(code).toBe(0)
    await vi.waitFor(() => expect(shop.eventTypes()).toContain(event))
  })

  it.each(TRIGGERED_BY_ANOTHER_NAME)('%s brings about %s', async (name, event) => {
    shop.forget()
    await cli.run('trigger', name)

    expect(shop.eventTypes()).toContain(event)
  })
})
