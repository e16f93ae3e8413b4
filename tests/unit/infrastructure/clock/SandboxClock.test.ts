import { afterEach, expect, test, vi } from 'vitest'
import { SandboxClock } from '#src/infrastructure/clock/SandboxClock.ts'
import { systemClock } from '#src/infrastructure/clock/system-clock.ts'
import { listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'

const REAL = { now: () => 1_000 }
const HOUR_MS = 3_600_000

const closing: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

async function startClock(url: string): Promise<SandboxClock> {
  const clock = new SandboxClock(url, REAL)
  closing.push(() => clock.stop())
  await clock.start()
  return clock
}

/** A sandbox that answers its clock with `answer`, and holds whoever waits for a change. */
async function startServer(answer: () => Response): Promise<string> {
  const server = await listenOnLoopback((request) =>
    new URL(request.url).search === '' ? answer() : new Promise<Response>(() => undefined),
  )
  closing.push(() => server.close())
  return server.url
}

test('time is the machine’s until the sandbox has said otherwise', () => {
  expect(new SandboxClock('http://127.0.0.1:1', REAL).now()).toBe(1_000)
})

test('the system clock is the machine’s', () => {
  vi.useFakeTimers({ now: 123_456 })
  expect(systemClock.now()).toBe(123_456)
  vi.useRealTimers()
})

test('a clock that starts late knows how far time was moved before', async () => {
  const sandbox = await createStripeSandbox()
  closing.push(() => sandbox.close())
  await sandbox.advance({ seconds: 3_600 })
  const clock = await startClock(`${sandbox.url}/_sandbox/clock`)
  expect(clock.now()).toBe(1_000 + HOUR_MS)
})

test('a clock follows each time that the sandbox moves on', async () => {
  const sandbox = await createStripeSandbox()
  closing.push(() => sandbox.close())
  const clock = await startClock(`${sandbox.url}/_sandbox/clock`)
  expect(clock.now()).toBe(1_000)
  await sandbox.advance({ seconds: 3_600 })
  await vi.waitFor(() => expect(clock.now()).toBe(1_000 + HOUR_MS))
  await sandbox.advance({ seconds: 3_600 })
  await vi.waitFor(() => expect(clock.now()).toBe(1_000 + 2 * HOUR_MS))
})

test('a sandbox that goes away leaves the last offset in force, and is found again', async () => {
  const url = await startServer(() => Response.json({ offset_ms: 5_000 }))
  const clock = await startClock(url)
  expect(clock.now()).toBe(6_000)
  await closing.shift()?.()
  expect(clock.now()).toBe(6_000)
  const again = await listenOnLoopback(
    (request) =>
      new URL(request.url).search.endsWith('=9000')
        ? new Promise<Response>(() => undefined)
        : Response.json({ offset_ms: 9_000 }),
    { port: Number(new URL(url).port) },
  )
  closing.push(() => again.close())
  await vi.waitFor(() => expect(clock.now()).toBe(10_000), { timeout: 3_000 })
})

test.each([
  ['a page of HTML', () => new Response('<html></html>')],
  ['null', () => Response.json(null)],
  ['another object', () => Response.json({ now: 5 })],
  ['an offset in words', () => Response.json({ offset_ms: 'tomorrow' })],
])('an answer that is %s changes nothing', async (_, answer) => {
  const clock = await startClock(await startServer(answer))
  expect(clock.now()).toBe(1_000)
})

test('a clock that was stopped follows no more', async () => {
  const sandbox = await createStripeSandbox()
  closing.push(() => sandbox.close())
  const clock = await startClock(`${sandbox.url}/_sandbox/clock`)
  clock.stop()
  await sandbox.advance({ seconds: 3_600 })
  expect(clock.now()).toBe(1_000)
})
