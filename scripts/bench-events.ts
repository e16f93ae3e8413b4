// npm run bench -- events [--users 1000,100000,1000000]: what an event costs in Postgres and over HTTP, in databases of
// so many users side by side, what a burst does, and what a reconciliation takes.

import { availableParallelism, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import type { Burst, BurstSecond } from '#tests/bench/event-burst.ts'
import {
  type DeliveryFigure,
  type EventFigures,
  type FunctionFigure,
  measureEvents,
} from '#tests/bench/events.ts'
import { measureReconciles, type ReconcileFigure } from '#tests/bench/reconcile.ts'
import { printTable } from './lib/table.ts'

const USERS = '1000,100000,1000000'

/** Users that a database may have here: a thousand, so that one user's events are apart; what a disk holds. */
const USERS_MIN = 1_000
const USERS_MAX = 10_000_000

/** At most this many times a single-row upsert; this many times itself among the fewest users; and so for memory. */
const UPSERT_RATIO_TARGET = 2
const GROWTH_RATIO_TARGET = 1.3
const MEMORY_RATIO_TARGET = 1.3

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const times = (value: number) => `${value.toFixed(2)} x`
const bytes = (value: number) => `${(value / 1024 / 1024).toFixed(0)} MiB`

/** The sizes that are asked for, smallest first; a sentence about what is accepted where they are not right. */
export function usersOf(args: string[]): readonly number[] | string {
  const { values } = parseArgs({
    args,
    strict: false,
    options: { users: { type: 'string', default: USERS } },
  })
  const sizes = String(values.users).split(',')
  const isRight = (size: string) =>
    /^\d+$/.test(size) && Number(size) >= USERS_MIN && Number(size) <= USERS_MAX
  return Object.keys(values).join() === 'users' && sizes.every(isRight)
    ? [...new Set(sizes.map(Number))].sort((left, right) => left - right)
    : `The events' bench takes --users and whole numbers from ${USERS_MIN} to ${USERS_MAX}: --users ${USERS}`
}

/** Measures, prints, and answers whether the targets were met. */
export async function benchEvents(users: readonly number[]): Promise<boolean> {
  const onProgress = (next: string) => console.error(`... ${next}`)
  let figures: EventFigures = { functions: [], deliveries: [] }
  const bursts = await measureEvents(users, onProgress, (found) => {
    figures = found
    printMachine()
    printFunctions(found.functions)
    printDeliveries(found.deliveries)
  })
  for (const burst of bursts) printBurst(burst)
  onProgress('reconciliations')
  const reconciles = await measureReconciles()
  printReconciles(reconciles)
  console.log()
  const [first, last] = [users[0], users.at(-1)]
  const growth = `among ${last} users, of what it costs among ${first}`
  const grown = (name: 'heldBytes' | 'collectedPeakBytes') =>
    (reconciles.at(-1)?.[name] ?? 0) / (reconciles[0]?.[name] ?? 0)
  return [
    verdict(
      'apply_stripe_event, of a single-row upsert',
      worst(figures.functions, 'toUpsert'),
      UPSERT_RATIO_TARGET,
    ),
    verdict(`apply_stripe_event ${growth}`, worst(figures.functions, 'toFewest'), GROWTH_RATIO_TARGET),
    verdict(`an event end to end ${growth}`, worst(figures.deliveries, 'toFewest'), GROWTH_RATIO_TARGET),
    verdict(
      'what a reconciliation holds after a page, of one of a tenth',
      grown('heldBytes'),
      MEMORY_RATIO_TARGET,
    ),
    verdict(
      'its peak memory where garbage is collected after each page, of one of a tenth',
      grown('collectedPeakBytes'),
      MEMORY_RATIO_TARGET,
    ),
    ...bursts.flatMap(verdictsOn),
  ].every(Boolean)
}

function verdictsOn({ events, spreadMs, rounds, inLedger }: Burst): boolean[] {
  const unanswered = rounds.flat().reduce((sum, second) => sum + second.unanswered, 0)
  const burst = `${events} events ${withinOf(spreadMs)}`
  return [
    said(`of ${burst} and what followed, ${unanswered} deliveries had no answer in 10 s`, unanswered === 0),
    said(`of ${burst}, ${inLedger} are in the ledger, each once`, inLedger === events),
  ]
}

const withinOf = (spreadMs: number) => (spreadMs === 0 ? 'at once' : `within ${spreadMs / 1_000} s`)

function printMachine(): void {
  const load = loadavg()[1]?.toFixed(1)
  console.log(
    `\nNode ${process.version}, ${availableParallelism()} cores with a load of ${load}, everything on the same machine, commits to disk.`,
  )
}

function printFunctions(figures: readonly FunctionFigure[]): void {
  console.log(
    '\nThe SQL function alone, in turn with a single-row upsert of what it is given, which its rows alone are of it as well;\nmedians of rounds.',
  )
  printTable([
    [
      'apply_stripe_event',
      'users',
      'p50',
      'upsert p50',
      'ratio',
      'its rows alone',
      'to the fewest',
      'WAL bytes',
      'of the upsert',
      'rows',
    ],
    ...figures.map((figure) => [
      figure.kind,
      String(figure.users),
      ms(figure.p50Ms),
      ms(figure.upsertP50Ms),
      times(figure.toUpsert),
      figure.rowsToUpsert === null ? '' : times(figure.rowsToUpsert),
      times(figure.toFewest),
      String(figure.walBytes),
      String(figure.upsertWalBytes),
      String(figure.rows),
    ]),
  ])
}

function printDeliveries(figures: readonly DeliveryFigure[]): void {
  console.log(
    "\nOver HTTP: the app's own use cases and adapters in a process of their own, behind a server of Node's own in Next's\nplace and a gateway in PostgREST's, with Postgres and Redis themselves. A duplicate is known to Redis here, and to Postgres alone above.",
  )
  printTable([
    ['an event end to end', 'users', 'at once', 'p50', 'p99', 'a second', 'to the fewest'],
    ...figures.map(({ kind, users, atOnce, p50Ms, p99Ms, perSecond, toFewest }) => [
      kind,
      String(users),
      String(atOnce),
      ms(p50Ms),
      ms(p99Ms),
      perSecond.toFixed(0),
      times(toFewest),
    ]),
  ])
}

function printBurst({ events, users, spreadMs, rounds }: Burst): void {
  for (const [round, seconds] of rounds.entries()) {
    console.log(
      round === 0
        ? `\n${events} events ${withinOf(spreadMs)}, among ${users} users, to the app under next start`
        : `\nWhat was not taken, again (${round})`,
    )
    printTable([['second', 'taken', '503', 'no answer', 'slowest'], ...seconds.map(curveRow)])
  }
}

function curveRow({ second, taken, shed, unanswered, slowestMs }: BurstSecond): string[] {
  return [...[second, taken, shed, unanswered].map(String), ms(slowestMs)]
}

function printReconciles(figures: readonly ReconcileFigure[]): void {
  console.log()
  printTable([
    [
      'reconcile, subscriptions',
      'objects',
      'drifts',
      'Stripe calls',
      'seconds',
      'peak memory',
      'peak, garbage collected',
      'held after a page',
    ],
    ...figures.map((figure) => [
      ...[figure.subscriptions, figure.objects, figure.drifts, figure.stripeCalls].map(String),
      figure.seconds.toFixed(1),
      ...[figure.peakBytes, figure.collectedPeakBytes, figure.heldBytes].map(bytes),
    ]),
  ])
}

/** The worst of one ratio: what is held to a target. */
function worst<Name extends string>(figures: readonly Readonly<Record<Name, number>>[], name: Name): number {
  return Math.max(...figures.map((figure) => figure[name]))
}

function verdict(what: string, ratio: number, target: number): boolean {
  return said(`${times(ratio)} at the most: ${what}. Target ${target} x`, ratio <= target)
}

function said(what: string, isMet: boolean): boolean {
  console.log(`${isMet ? 'met   ' : 'MISSED'}  ${what}`)
  return isMet
}
