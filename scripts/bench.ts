// npm run bench [-- sandbox | events]: what a checkout, a webhook and a check cost on this machine, beside the least that they could cost.

import { availableParallelism } from 'node:os'
import { type Figure, measureAll } from '#tests/bench/scenarios.ts'
import { benchEvents, usersOf } from './bench-events.ts'
import { benchSandbox } from './bench-sandbox.ts'
import { ensureBuilt } from './lib/build.ts'
import { end, endServersWithThisProcess } from './lib/ending.ts'
import { startStack } from './lib/stack.ts'
import { printTable } from './lib/table.ts'

/** How long all of it may take: a minute is usual; a million users have to be made first. */
const DEADLINE_MS = (process.argv[2] === 'events' ? 30 : 5) * 60_000

/** Milliseconds, or microseconds where those are fractions. */
function duration(ms: number): string {
  return ms >= 1 ? `${ms.toFixed(1)} ms` : `${(ms * 1000).toFixed(1)} µs`
}

function rowOf({ name, timing, roundTrips, floor, targetMs }: Figure): string[] {
  const { stripe, postgres, auth, redis } = roundTrips
  const verdict = targetMs !== null && timing.p99Ms > targetMs ? 'MISSED' : 'met'
  return [
    name,
    String(timing.times),
    duration(timing.p50Ms),
    duration(timing.p99Ms),
    ...[stripe, postgres, auth, redis].map(String),
    `${floor.name}: ${duration(floor.timing.p50Ms)}`,
    `${(timing.p50Ms / floor.timing.p50Ms).toFixed(1)} x`,
    targetMs === null ? '' : `${targetMs} ms ${verdict}`,
  ]
}

const HEAD = [
  '',
  'times',
  'p50',
  'p99',
  'Stripe',
  'Postgres',
  'Auth',
  'Redis',
  'floor (p50)',
  'ratio',
  'target (p99)',
]

const [part, ...args] = process.argv.slice(2)
const users = part === 'events' ? usersOf(args) : []
if (typeof users === 'string') {
  console.error(users)
  process.exit(2)
}
endServersWithThisProcess()
setTimeout(() => {
  console.error(`The bench did not end within ${DEADLINE_MS / 60_000} minutes.`)
  void end(1)
}, DEADLINE_MS).unref()
if (part === 'sandbox') await end((await benchSandbox(args)) ? 0 : 1)
await ensureBuilt()
if (part === 'events') await end((await benchEvents(users)) ? 0 : 1)
const { environment } = await startStack()
const figures = await measureAll(environment)
console.log(
  `\nNode ${process.version}, ${availableParallelism()} cores, app and sandbox on the same machine; round trips are per call.\n`,
)
printTable([HEAD, ...figures.map(rowOf)])
const missed = figures.some(({ timing, targetMs }) => targetMs !== null && timing.p99Ms > targetMs)
await end(missed ? 1 : 0)
