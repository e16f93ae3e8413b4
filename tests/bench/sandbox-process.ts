// A sandbox in a process of its own, so that its processor time can be told from that of whoever asks it.

import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'
import { postAll } from './post-all.ts'

/** What the bench asks of this process. */
export type BenchRequest =
  | { readonly do: 'deliver'; readonly events: number }
  | { readonly do: 'post'; readonly url: string; readonly body: string; readonly times: number }
  | { readonly do: 'cpu' }

export interface BenchAnswer {
  readonly wallMs: number
  readonly cpuMs: number
}

export interface BenchReady {
  readonly url: string
  readonly secretKey: string
  readonly startMs: number
  readonly startCpuMs: number
}

const AT_ONCE = 32
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

async function answer(request: BenchRequest): Promise<BenchAnswer> {
  const [startedAt, cpu] = [performance.now(), process.cpuUsage()]
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
