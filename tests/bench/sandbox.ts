import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { Agent, createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import Stripe from 'stripe'
import { type BenchCall, besideAt, isAnswered, type Stock } from './beside.ts'
import { ask, inParallel } from './post-all.ts'
import type { BenchAnswer, BenchReady, BenchRequest } from './sandbox-process.ts'

const CHILD = fileURLToPath(new URL('sandbox-process.ts', import.meta.url))
const AT_ONCE = 32
const TIMES = { requests: 2_000, deliveries: 10_000 } as const

/** Deliveries that the sandbox must make each second of one core's time, so that it never is what a load test measures. */
export const DELIVERIES_TARGET = 1_500

/** A sandbox must be ready within this, since tests start one each. */
export const START_TARGET_MS = 100

/** A year of monthly renewals for `YEAR_CUSTOMERS` must be over within this. */
export const YEAR_TARGET_SECONDS = 60
export const YEAR_CUSTOMERS = 1_000

/** What the sandbox does in a second, beside the least that it could cost: a bare `node:http` process doing the same. */
export interface SandboxFigure {
  readonly name: string
  readonly times: number
  readonly perSecond: number
  /** By the processor time of the sandbox's process alone: what one core to itself would do. */
  readonly perCoreSecond: number
  readonly floorPerSecond: number
  /** What another stand-in does, or null where there is none or it has no such request. */
  readonly besidePerSecond: number | null
}

export interface SandboxFigures {
  /** Milliseconds from the call of `createStripeSandbox` to its answer, in a fresh process. */
  readonly startMs: number
  /** The same in processor time, which a busy machine does not stretch. */
  readonly startCpuMs: number
  readonly figures: readonly SandboxFigure[]
  readonly year: YearFigure
}

export interface YearFigure {
  readonly seconds: number
  readonly cpuSeconds: number
  readonly invoicesPaid: number
}

/** Measures a sandbox in a process of its own, and beside it the stand-in at the other address, if one is given. */
export async function measureSandbox(besideUrl: string | null): Promise<SandboxFigures> {
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
  const stock = await stockOf(ready)
  const beside = besideUrl === null ? null : await besideAt(agent, besideUrl)

  const figure = async (name: string, callOn: (stock: Stock) => BenchCall): Promise<SandboxFigure> => {
    const run = (origin: string, { method, path, body }: BenchCall, as: object) =>
      inParallel(TIMES.requests, AT_ONCE, () => ask(agent, method, origin + path, body, as))
    const call = callOn(stock)
    sample = await ask(agent, call.method, ready.url + call.path, call.body, headers)
    await run(ready.url, call, headers)
    const before = await tell(child, { do: 'cpu' })
    const wallMs = await durationOf(() => run(ready.url, call, headers))
    const { cpuMs } = await tell(child, { do: 'cpu' })
    const floorMs = await durationOf(() => run(bare, call, headers))
    const used = { wallMs, cpuMs: cpuMs - before.cpuMs }
    const other = beside && callOn(beside.stock)
    if (!beside || !other || !(await isAnswered(agent, beside, other))) {
      return figureOf(name, TIMES.requests, used, floorMs)
    }
    await run(beside.url, other, beside.headers)
    const besideMs = await durationOf(() => run(beside.url, other, beside.headers))
    return figureOf(name, TIMES.requests, used, floorMs, besideMs)
  }
  const figures = [
    await figure('customer create', () => ({
      method: 'POST',
      path: '/v1/customers',
      body: 'name=A+customer&metadata[plan]=pro',
    })),
    await figure('checkout session create', ({ price }) => ({
      method: 'POST',
      path: '/v1/checkout/sessions',
      body: checkoutOf(price),
    })),
    await figure('subscription retrieve', ({ subscription }) => ({
      method: 'GET',
      path: `/v1/subscriptions/${subscription}`,
      body: '',
    })),
  ]
  await tell(child, { do: 'deliver', events: TIMES.requests })
  const delivered = await tell(child, { do: 'deliver', events: TIMES.deliveries })
  const floor = await tell(child, { do: 'post', url: hook, body: sample, times: TIMES.deliveries })
  figures.push(figureOf('delivery, 32 at once', TIMES.deliveries, delivered, floor.wallMs))
  const year = await tell(child, { do: 'year', customers: YEAR_CUSTOMERS })

  child.disconnect()
  agent.destroy()
  for (const server of [listener, echo]) server.close()
  return {
    startMs: ready.startMs,
    startCpuMs: ready.startCpuMs,
    figures,
    year: {
      seconds: year.wallMs / 1000,
      cpuSeconds: year.cpuMs / 1000,
      invoicesPaid: year.invoicesPaid ?? 0,
    },
  }
}

function figureOf(
  name: string,
  times: number,
  { wallMs, cpuMs }: BenchAnswer,
  floorMs: number,
  besideMs: number | null = null,
): SandboxFigure {
  const perSecond = (ms: number) => Math.round((times * 1000) / ms)
  return {
    name,
    times,
    perSecond: perSecond(wallMs),
    perCoreSecond: perSecond(cpuMs),
    floorPerSecond: perSecond(floorMs),
    besidePerSecond: besideMs === null ? null : perSecond(besideMs),
  }
}

function checkoutOf(price: string): string {
  return new URLSearchParams({
    mode: 'subscription',
    success_url: 'http://127.0.0.1/done',
    'line_items[0][price]': price,
    'line_items[0][quantity]': '1',
  }).toString()
}

async function stockOf({ url, secretKey }: BenchReady): Promise<Stock> {
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
