// npm run bench -- events [--users 1000,100000,1000000]: what an event costs in Postgres and over HTTP, in databases of
// so many users, and what a burst does.

import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import type { BurstSecond } from '#tests/bench/event-http.ts'
import { measureEvents } from '#tests/bench/events.ts'
import { printTable } from './lib/table.ts'

const USERS = '1000,100000,1000000'

/** Users that a database may have here: a thousand, so that one user's events are apart; what a disk holds. */
const USERS_MIN = 1_000
const USERS_MAX = 10_000_000

/** At most this many times a single-row upsert, and this many times itself among a thousand users. */
const UPSERT_RATIO_TARGET = 2
const GROWTH_RATIO_TARGET = 1.3

const ms = (value: number) => `${value.toFixed(value < 10 ? 2 : 0)} ms`
const times = (value: number) => `${value.toFixed(2)} x`

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
  const figures = await measureEvents(users, (next) => console.error(`... ${next}`))
  console.log(
    `\nNode ${process.version}, ${availableParallelism()} cores, everything on the same machine, commits to disk.\n`,
  )
  const firstOf = (kind: string) => figures.database.find((figure) => figure.kind === kind)?.timing.p50Ms ?? 0
  const growth = ({ kind, timing }: (typeof figures.database)[number]) => timing.p50Ms / firstOf(kind)
  printTable([
    ['apply_stripe_event', 'users', 'p50', 'p99', 'upsert p50', 'ratio', 'to the first', 'WAL bytes', 'rows'],
    ...figures.database.map((figure) => [
      figure.kind,
      String(figure.users),
      ms(figure.timing.p50Ms),
      ms(figure.timing.p99Ms),
      ms(figure.upsert.p50Ms),
      times(figure.timing.p50Ms / figure.upsert.p50Ms),
      times(growth(figure)),
      String(figure.walBytes),
      String(figure.rowsWritten),
    ]),
  ])
  console.log()
  printTable([
    ['over HTTP', 'users', 'at once', 'p50', 'p99', 'a second'],
    ...figures.http.map(({ kind, users, atOnce, timing, perSecond }) => [
      kind,
      String(users),
      String(atOnce),
      ms(timing.p50Ms),
      ms(timing.p99Ms),
      perSecond.toFixed(0),
    ]),
  ])
  for (const [round, seconds] of figures.burst.rounds.entries()) {
    console.log(
      round === 0 ? `\n${figures.burst.events} events at one instant` : '\nwhat was not taken, again',
    )
    printTable([['second', 'answered', '503', 'no answer', 'slowest'], ...seconds.map(curveRow)])
  }
  const slowest = Math.max(...figures.database.map(({ timing, upsert }) => timing.p50Ms / upsert.p50Ms))
  const steepest = Math.max(...figures.database.map(growth))
  return [
    verdict(
      'apply_stripe_event takes',
      slowest,
      'a single-row upsert of the same width',
      UPSERT_RATIO_TARGET,
    ),
    verdict('among the most users it takes', steepest, 'what it takes among the fewest', GROWTH_RATIO_TARGET),
  ].every(Boolean)
}

function curveRow({ second, answered, shed, unanswered, slowestMs }: BurstSecond): string[] {
  return [...[second, answered, shed, unanswered].map(String), ms(slowestMs)]
}

function verdict(what: string, ratio: number, ofWhat: string, target: number): boolean {
  const isMet = ratio <= target
  console.log(
    `\nAt the most ${what} ${times(ratio)} ${ofWhat}. Target ${target} x: ${isMet ? 'met' : 'MISSED'}.`,
  )
  return isMet
}
