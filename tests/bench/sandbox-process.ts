// A sandbox in a process of its own, so that its processor time can be told from that of whoever asks it.

import Stripe from 'stripe'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'
import { inParallel, postAll } from './post-all.ts'

/** What the bench asks of this process. */
export type BenchRequest =
  | { readonly do: 'deliver'; readonly events: number }
  | { readonly do: 'post'; readonly url: string; readonly body: string; readonly times: number }
  | { readonly do: 'cpu' }
  | { readonly do: 'year'; readonly customers: number }

export interface BenchAnswer {
  readonly wallMs: number
  readonly cpuMs: number
  /** Of a year alone. */
  readonly invoicesPaid?: number
}

export interface BenchReady {
  readonly url: string
  readonly secretKey: string
  readonly startMs: number
  readonly startCpuMs: number
}

const AT_ONCE = 32
/** With the hour that the last draft waits. */
const YEAR_SECONDS = 366 * 86_400 + 7_200
const [listener = ''] = process.argv.slice(2)
const [importedAt, cpuBefore] = [performance.now(), process.cpuUsage()]
const sandbox = await createStripeSandbox({
  webhook: { url: listener, events: ['customer.updated'] },
  delivery: { concurrency: AT_ONCE },
})
const ready: BenchReady = {
  url: sandbox.url,
  secretKey: sandbox.secretKey,
  startMs: performance.now() - importedAt,
  startCpuMs: (process.cpuUsage(cpuBefore).user + process.cpuUsage(cpuBefore).system) / 1000,
}

async function deliver(events: number): Promise<void> {
  const { account } = sandbox
  const customer = [...account.state.customers.values()].at(-1)
  if (customer === undefined) throw new Error('There is no customer to tell about')
  for (let number = 0; number < events; number += 1) {
    account.change(customer, { description: String(number) }, 'customer.updated')
  }
  await sandbox.settle()
}

/** A year of monthly renewals of so many customers, each with a card that pays. Only the year is measured. */
async function year(customers: number): Promise<BenchAnswer> {
  const own = await createStripeSandbox({ frozenAt: 1_800_000_000 })
  const stripe = new Stripe(own.secretKey, { host: own.host, port: own.port, protocol: 'http' })
  const { data } = await stripe.prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })
  const price = data[0]?.id ?? ''
  const method = 'pm_card_visa'
  await inParallel(customers, AT_ONCE, async () => {
    const { id } = await stripe.customers.create({
      payment_method: method,
      invoice_settings: { default_payment_method: method },
    })
    await stripe.subscriptions.create({ customer: id, items: [{ price }] })
  })
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
  await own.advance({ seconds: YEAR_SECONDS })
  const { user, system } = process.cpuUsage(cpu)
  const wallMs = performance.now() - startedAt
  const paid = [...own.state.invoices.values()].filter(({ status }) => status === 'paid')
  await own.close()
  return { wallMs, cpuMs: (user + system) / 1000, invoicesPaid: paid.length - customers }
}

async function answer(request: BenchRequest): Promise<BenchAnswer> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
  if (request.do === 'year') return year(request.customers)
  if (request.do === 'deliver') await deliver(request.events)
  if (request.do === 'post') await postAll(request.url, request.body, request.times, AT_ONCE)
  const { user, system } = request.do === 'cpu' ? process.cpuUsage() : process.cpuUsage(cpu)
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 }
}

process.on('message', (request: BenchRequest) => {
  void answer(request).then((given) => process.send?.(given))
})
process.on('disconnect', () => process.exit(0))
process.send?.(ready)
