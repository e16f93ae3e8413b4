import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import Stripe from 'stripe'
import { ask, inParallel } from './post-all.ts'
import type { BenchAnswer, BenchReady, BenchRequest } from './sandbox-process.ts'

const CHILD = fileURLToPath(new URL('sandbox-process.ts', import.meta.url))
const AT_ONCE = 32
const TIMES = { requests: 2_000, deliveries: 10_000 } as const

/** Deliveries that the sandbox must make each second of one core's time, so that it never is what a load test measures. */
export const DELIVERIES_TARGET = 1_500

/** What the sandbox does in a second, beside the least that it could cost: a bare `node:http` process doing the same. */
export interface SandboxFigure {
  readonly name: string
  readonly times: number
  readonly perSecond: number
  /** By the processor time of the sandbox's process alone: what one core to itself would do. */
  readonly perCoreSecond: number
  readonly floorPerSecond: number
}

export interface SandboxFigures {
  /** Milliseconds from the call of `createStripeSandbox` to its answer, in a fresh process. */
  readonly startMs: number
  /** The same in processor time, which a busy machine does not stretch. */
  readonly startCpuMs: number
  readonly figures: readonly SandboxFigure[]
}

/** Measures a sandbox in a process of its own. */
export async function measureSandbox(): Promise<SandboxFigures> {
  const listener = createServer((request, response) => request.resume().on('end', () => response.end()))
  const echo = createServer((request, response) => request.resume().on('end', () => response.end(sample)))
  let sample = '{}'
  const [hook, bare] = [await originOf(listener), await originOf(echo)]
  const child = fork(CHILD, [hook], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  const [ready] = (await once(child, 'message')) as [BenchReady]
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE })
  const headers = {
    authorization: `Bearer ${ready.secretKey}`,
    'content-type': 'application/x-www-form-urlencoded',
  }
  const { price, subscription } = await stockOf(ready)

  const figure = async (name: string, method: string, path: string, body: string): Promise<SandboxFigure> => {
    sample = await ask(agent, method, ready.url + path, body, headers)
    const run = (origin: string) =>
      inParallel(TIMES.requests, AT_ONCE, () => ask(agent, method, origin + path, body, headers))
    await run(ready.url)
    const before = await tell(child, { do: 'cpu' })
    const wallMs = await durationOf(() => run(ready.url))
    const { cpuMs } = await tell(child, { do: 'cpu' })
    const floorMs = await durationOf(() => run(bare))
    return figureOf(name, TIMES.requests, { wallMs, cpuMs: cpuMs - before.cpuMs }, floorMs)
  }
  const checkout = new URLSearchParams({
    mode: 'subscription',
    success_url: 'http://127.0.0.1/done',
    'line_items[0][price]': price,
    'line_items[0][quantity]': '1',
  })
  const figures = [
    await figure('customer create', 'POST', '/v1/customers', 'name=A+customer&metadata[plan]=pro'),
    await figure('checkout session create', 'POST', '/v1/checkout/sessions', checkout.toString()),
    await figure('subscription retrieve', 'GET', `/v1/subscriptions/${subscription}`, ''),
  ]
  await tell(child, { do: 'deliver', events: TIMES.requests })
  const delivered = await tell(child, { do: 'deliver', events: TIMES.deliveries })
  const floor = await tell(child, { do: 'post', url: hook, body: sample, times: TIMES.deliveries })
  figures.push(figureOf('delivery, 32 at once', TIMES.deliveries, delivered, floor.wallMs))

  child.disconnect()
  agent.destroy()
  for (const server of [listener, echo]) server.close()
  return { startMs: ready.startMs, startCpuMs: ready.startCpuMs, figures }
}

function figureOf(
  name: string,
  times: number,
  { wallMs, cpuMs }: BenchAnswer,
  floorMs: number,
): SandboxFigure {
  const perSecond = (ms: number) => Math.round((times * 1000) / ms)
  return {
    name,
    times,
    perSecond: perSecond(wallMs),
    perCoreSecond: perSecond(cpuMs),
    floorPerSecond: perSecond(floorMs),
  }
}

async function stockOf({ url, secretKey }: BenchReady): Promise<{ price: string; subscription: string }> {
  const { hostname, port } = new URL(url)
  const stripe = new Stripe(secretKey, { host: hostname, port, protocol: 'http' })
  const { data } = await stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })
  const price = data[0]?.id ?? ''
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    success_url: 'http://127.0.0.1/done',
    line_items: [{ price, quantity: 1 }],
  })
  const paid = await fetch(`${url}/_sandbox/checkout/sessions/${session.id}/pay`, { method: 'POST' })
  await paid.text()
  const { subscription } = await stripe.checkout.sessions.retrieve(session.id)
  return { price, subscription: String(subscription) }
}

async function tell(child: ChildProcess, request: BenchRequest): Promise<BenchAnswer> {
  child.send(request)
  const [answer] = (await once(child, 'message')) as [BenchAnswer]
  return answer
}

async function originOf(server: ReturnType<typeof createServer>): Promise<string> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function durationOf(act: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await act()
  return performance.now() - startedAt
}
