import { performance } from 'node:perf_hooks'
import type { Admission } from '#src/features/billing/application/stripe-webhook.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'

/**
 * How many deliveries a process works on at once: more of them make Postgres no faster. There is less room after the
 * process was behind, and never less than `ROOM_MIN`; while it is behind, one at a time is begun.
 */
export const AT_WORK_MAX = 32
export const ROOM_MIN = 4

/** How many may wait for each that may be at work: what a slow process does in `WAIT_MAX_MS`. Others are refused unread. */
export const WAITING_PER_WORK = 8

/**
 * How long one may wait: with the deadlines of Redis and Postgres after it, it is answered well within the 10 seconds
 * that Stripe is taken to wait for an answer.
 */
export const WAIT_MAX_MS = 3_000

/** The shortest span over which the process is judged. */
export const ROOM_SPAN_MS = 100

/**
 * The share of a span from which on the event loop counts as never idle, and so the process as behind. A turn of the
 * loop takes one new connection (github.com/libuv/libuv/pull/3696), whatever else it does: whom it does not get to waits
 * where nobody refuses it, in the kernel's queue, until its time is over.
 */
export const BEHIND_UTILIZATION = 0.98

/** What room is measured by. */
export interface Gauge {
  /** A clock that never jumps, in milliseconds. */
  readonly stopwatch: () => number
  /** The share of time that the event loop was busy since this was last asked, 0 to 1. */
  readonly utilization: () => number
}

/**
 * Bounds what is at work at once and what waits, in number and in time; throws `BillingError` `overloaded` beyond. The
 * room halves with each span in which the process was behind, and grows by one with each in which it was not; while it is
 * behind, one is at work. So there is time left to take connections and to refuse them: a process that works on what
 * little it takes in may never see how many wait outside.
 */
export function createAdmission({
  atWorkMax = AT_WORK_MAX,
  waitingPerWork = WAITING_PER_WORK,
  waitMaxMs = WAIT_MAX_MS,
  gauge = eventLoopGauge(),
} = {}): Admission {
  const judge = roomJudge(atWorkMax, gauge)
  const waiting = new Set<() => void>()
  let atWork = 0

  const isFull = () => {
    const { atOnce, room } = judge()
    return atWork >= atOnce && waiting.size >= room * waitingPerWork
  }

  const beginWaiting = () => {
    for (const begin of waiting) {
      if (atWork >= judge().atOnce) return
      waiting.delete(begin)
      atWork += 1
      begin()
    }
  }

  /** Resolves when there is room, which is taken by then. */
  const wait = () =>
    new Promise<void>((resolve, reject) => {
      const begin = () => {
        clearTimeout(timer)
        resolve()
      }
      const timer = setTimeout(() => {
        waiting.delete(begin)
        reject(overloaded('waited too long'))
      }, waitMaxMs)
      waiting.add(begin)
      beginWaiting()
    })

  const admit: Admission['admit'] = async (work) => {
    if (isFull()) throw overloaded('no room to wait')
    // First come, first served.
    if (waiting.size > 0 || atWork >= judge().atOnce) await wait()
    else atWork += 1
    try {
      return await work()
    } finally {
      atWork -= 1
      beginWaiting()
    }
  }
  return { admit, isFull }
}

/** What there is room for now, and how many of it may be at work at once. */
function roomJudge(atWorkMax: number, { stopwatch, utilization }: Gauge) {
  const roomMin = Math.min(ROOM_MIN, atWorkMax)
  let room = atWorkMax
  let isBehind = false
  let judgedAt = stopwatch()
  return () => {
    const spans = Math.floor((stopwatch() - judgedAt) / ROOM_SPAN_MS)
    if (spans > 0) {
      judgedAt = stopwatch()
      isBehind = utilization() >= BEHIND_UTILIZATION
      room = isBehind ? Math.max(roomMin, Math.floor(room / 2)) : Math.min(atWorkMax, room + spans)
    }
    return { room, atOnce: isBehind ? 1 : room }
  }
}

function eventLoopGauge(): Gauge {
  let last = performance.eventLoopUtilization()
  return {
    stopwatch: () => performance.now(),
    utilization: () => {
      const now = performance.eventLoopUtilization()
      const { utilization } = performance.eventLoopUtilization(now, last)
      last = now
      return utilization
    },
  }
}

const overloaded = (cause: unknown) => new BillingError('overloaded', { retryable: true, cause })
