// npm run bench -- sandbox: what the Stripe stand-in does in a second on this machine, beside bare node:http processes.
// With `--beside URL`, another stand-in that runs there is asked the same.

import { availableParallelism } from 'node:os'
import { isLoopbackHost } from '#src/sandbox/http/loopback.ts'
import {
  DELIVERIES_TARGET,
  measureSandbox,
  START_TARGET_MS,
  YEAR_CUSTOMERS,
  YEAR_TARGET_SECONDS,
} from '#tests/bench/sandbox.ts'
import { printTable } from './lib/table.ts'

/** Measures, prints, and answers whether the targets were met. */
export async function benchSandbox(args: readonly string[]): Promise<boolean> {
  const beside = besideOf(args)
  const { startMs, startCpuMs, figures, year } = await measureSandbox(beside)
  console.log(
    `\nNode ${process.version}, ${availableParallelism()} cores, 32 at once, everything on the same machine.\n`,
  )
  printTable([
    [
      '',
      'times',
      'per second',
      'per second of one core',
      'bare node:http, per second',
      ...(beside === null ? [] : [`${beside}, per second`]),
    ],
    ...figures.map(({ name, times, perSecond, perCoreSecond, floorPerSecond, besidePerSecond }) => [
      name,
      ...[times, perSecond, perCoreSecond, floorPerSecond].map(String),
      ...(beside === null ? [] : [besidePerSecond === null ? 'not there' : String(besidePerSecond)]),
    ]),
  ])
  const verdicts = [
    verdict(
      `createStripeSandbox() was ready after ${startMs.toFixed(0)} ms, ${startCpuMs.toFixed(0)} ms of them of the processor`,
      `${START_TARGET_MS} ms`,
      startMs <= START_TARGET_MS,
    ),
    verdict(
      `${figures.at(-1)?.perCoreSecond} deliveries per second of one core`,
      String(DELIVERIES_TARGET),
      (figures.at(-1)?.perCoreSecond ?? 0) >= DELIVERIES_TARGET,
    ),
    verdict(
      `A year of monthly renewals of ${YEAR_CUSTOMERS} customers, ${year.invoicesPaid} invoices, took ${year.seconds.toFixed(1)} s, ` +
        `${year.cpuSeconds.toFixed(1)} s of the processor`,
      `${YEAR_TARGET_SECONDS} s`,
      year.seconds <= YEAR_TARGET_SECONDS,
    ),
  ]
  return verdicts.every(Boolean)
}

function verdict(what: string, target: string, isMet: boolean): boolean {
  console.log(`\n${what}. Target ${target}: ${isMet ? 'met' : 'MISSED'}.`)
  return isMet
}

/** @throws Error for an address that is not of this machine. */
function besideOf([flag, url = '']: readonly string[]): string | null {
  if (flag !== '--beside') return null
  if (URL.canParse(url) && isLoopbackHost(new URL(url).hostname)) return new URL(url).origin
  throw new Error(`--beside takes an address on this machine, not "${url}"`)
}
