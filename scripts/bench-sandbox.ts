// npm run bench -- sandbox: what the Stripe stand-in does in a second on this machine, beside bare node:http processes.

import { availableParallelism } from 'node:os'
import { DELIVERIES_TARGET, measureSandbox } from '#tests/bench/sandbox.ts'
import { printTable } from './lib/table.ts'

/** Measures, prints, and answers whether the target was met. */
export async function benchSandbox(): Promise<boolean> {
  const { startMs, startCpuMs, figures } = await measureSandbox()
  console.log(
    `\nNode ${process.version}, ${availableParallelism()} cores, 32 at once, everything on the same machine.`,
  )
  console.log(
    `createStripeSandbox() was ready after ${startMs.toFixed(0)} ms, ${startCpuMs.toFixed(0)} ms of them of the processor.\n`,
  )
  printTable([
    ['', 'times', 'per second', 'per second of one core', 'bare node:http, per second'],
    ...figures.map(({ name, times, perSecond, perCoreSecond, floorPerSecond }) =>
      [name, times, perSecond, perCoreSecond, floorPerSecond].map(String),
    ),
  ])
  const met = (figures.at(-1)?.perCoreSecond ?? 0) >= DELIVERIES_TARGET
  console.log(`\nTarget: ${DELIVERIES_TARGET} deliveries per second of one core: ${met ? 'met' : 'MISSED'}.`)
  return met
}
