import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type FaultPlan, readFaultPlan } from '#src/sandbox/stripe/faults/language.ts'
import { draw } from '#src/sandbox/stripe/faults/random.ts'
import { openShop } from '../shop.ts'
import { openEndpoint, type RecordingEndpoint } from './endpoint.ts'

const MAIN = fileURLToPath(new URL('../../../../src/sandbox/main.ts', import.meta.url))
const DAY = 86_400
const START = Date.UTC(2027, 0, 15) / 1000

const PLAN: FaultPlan = {
  seed: 20_270_115,
  faults: [
    { kind: 'duplicate', copies: 1, apart_seconds: 3 * DAY, rate: 0.3 },
    { kind: 'reorder', window: 4, within_seconds: 600, events: ['customer.*', 'invoice.*'] },
    { kind: 'late', seconds: { min: 1, max: 7200 }, rate: 0.4 },
    { kind: 'drop', until_try: 2, rate: 0.2 },
    { kind: 'cut', rate: 0.2 },
    { kind: 'status', status: 429, rate: 0.2, route: '/v1/customers', method: 'POST' },
  ],
}

let endpoint: RecordingEndpoint

beforeAll(async () => {
  endpoint = await openEndpoint()
})
afterAll(() => endpoint.close())

/** What a month of trade looks like to the endpoint, and what the API answered, told without ids. */
async function monthUnder(plan: FaultPlan): Promise<{ deliveries: string[]; answers: string[] }> {
  endpoint.forget()
  const shop = await openShop({ frozenAt: START, faults: plan, webhook: { url: endpoint.url } })
  const answers: string[] = []
  for (let number = 0; number < 20; number += 1) {
    const created = shop.stripe.customers.create({ name: String(number) })
    answers.push(
      await created.then(
        () => 'created',
        (error) => `${error.statusCode}`,
      ),
    )
    await shop.sandbox.settle()
  }
  shop.sandbox.state.faults.delete([...shop.sandbox.state.faults.values()].at(-1)?.id ?? '')
  await shop.subscribe()
  await shop.sandbox.settle()
  await shop.sandbox.advance({ seconds: 40 * DAY })
  const order = new Map([...shop.sandbox.state.events.values()].map(({ id }, index) => [id, index]))
  const told = (id: string) => String(order.get(id)).padStart(3, '0')
  const deliveries = [
    ...endpoint.received.map(({ event }) => `received ${told(event.id)} ${event.type}`),
    ...[...shop.sandbox.state.deliveryAttempts.values()]
      .flat()
      .map(
        ({ event, number, copy, at, outcome, status, faults, next_try_at: next }) =>
          `${told(event)} try ${number} copy ${copy} at ${at - START}: ${outcome} ${status} ${faults} next ${next}`,
      ),
  ]
  await shop.sandbox.close()
  return { deliveries, answers }
}

describe('a plan of faults', () => {
  it('repeats exactly: the same seed makes the same deliveries, tries and answers', async () => {
    const first = await monthUnder(PLAN)
    const again = await monthUnder(PLAN)

    expect(again).toEqual(first)
    expect(first.deliveries.filter((line) => line.includes('copy 1')).length).toBeGreaterThan(2)
    expect(first.deliveries.filter((line) => line.includes('failed')).length).toBeGreaterThan(2)
    expect(first.answers).toContain('429')
  })

  it('with another seed makes others', async () => {
    const first = await monthUnder(PLAN)
    const other = await monthUnder({ ...PLAN, seed: 7 })

    expect(other.deliveries).not.toEqual(first.deliveries)
  })

  it('is loaded from a file, and can be read back', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'faults-')), 'plan.json')
    writeFileSync(file, JSON.stringify(PLAN))
    const child = fork(MAIN, ['stripe', '--port-base', '0', '--faults', file], { silent: true })
    const [{ urls }] = (await once(child, 'message')) as [{ urls: { stripe: string } }]
    const kept = await (await fetch(`${urls.stripe}/_sandbox/faults`)).json()
    child.kill('SIGKILL')

    expect(kept).toMatchObject({ seed: PLAN.seed, faults: PLAN.faults })
  })

  it('that is wrong keeps the sandbox from starting and says where', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'faults-')), 'plan.json')
    writeFileSync(file, '{"faults":[{"kind":"cut"},{"kind":"late","seconds":"soon"}]}')
    const child = fork(MAIN, ['stripe', '--faults', file], { silent: true })
    let output = ''
    child.stderr?.on('data', (chunk) => (output += String(chunk)))
    const [code] = await once(child, 'exit')

    expect(code).toBe(1)
    expect(output).toContain('is no plan of faults')
    expect(output).toContain('faults[1].seconds')
  })

  it.each([
    [{ kind: 'fire' }, 'faults[0].kind'],
    [{ kind: 'reorder' }, 'faults[0].window'],
    [{ kind: 'late', seconds: { min: 2, max: 1 } }, 'min exceeds max'],
    [{ kind: 'status', rate: 2 }, 'faults[0].rate'],
    [{ kind: 'down', status: 500 }, 'Only a fault of kind "status" or "error_after_effect" takes this'],
    [{ kind: 'second_endpoint', url: 'http://elsewhere.example/' }, 'Name an http URL of this machine'],
    [{ kind: 'cut', wire: true }, 'wire'],
  ])('with %j is refused with the reason', (fault, reason) => {
    const read = () => {
      try {
        return readFaultPlan({ faults: [fault] })
      } catch (error) {
        throw error instanceof z.ZodError ? new Error(z.prettifyError(error)) : error
      }
    }
    expect(read).toThrow(reason)
  })

  it('draws evenly', () => {
    const state = { random: 42 }
    const draws = Array.from({ length: 10_000 }, () => draw(state))
    const tenths = Array.from({ length: 10 }, (_, tenth) =>
      draws.filter((each) => Math.floor(each * 10) === tenth),
    )

    expect(Math.min(...tenths.map(({ length }) => length))).toBeGreaterThan(900)
    expect(Math.max(...tenths.map(({ length }) => length))).toBeLessThan(1100)
  })
})
