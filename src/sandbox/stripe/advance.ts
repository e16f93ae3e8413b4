import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Account } from './account.ts'
import { refused } from './errors.ts'
import { nextDue } from './life/subscriptions/next-due.ts'
import { perform } from './life/transitions.ts'
import type { Journal } from './persistence/journal.ts'

/** Where to move the sandbox's time. */
export type AdvanceTarget =
  | { seconds: number }
  /** Seconds since 1970. */
  | { to: number }
  /** The next moment at which a subscription renews, its trial ends, or it ends. */
  | { to_next_renewal: true }

export interface AdvanceResult {
  now_ms: number
  offset_ms: number
  /** Events emitted on the way. */
  events: number
}

/** One call moves time by at most this much. */
export const MAX_ADVANCE_SECONDS = 20 * 366 * 86_400
/** Transitions that are performed before other work gets its turn. */
const BATCH = 200
/** The longest timer that Node takes. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Moves the sandbox's time and makes happen what falls due, by a call or by itself. */
export class TimeKeeper {
  readonly #account: Account
  readonly #journal: Journal
  #timer: NodeJS.Timeout | null = null
  #moving: Promise<unknown> = Promise.resolve()

  constructor(account: Account, journal: Journal) {
    this.#account = account
    this.#journal = journal
  }

  /**
   * Moves time on. What falls due on the way happens in the order of its moments, stamped with them. Resolves once
   * each delivery on the way has been answered, retries included.
   * @throws StripeError 400 for a target in the past, too far away, or a renewal that does not exist.
   */
  advance(target: AdvanceTarget): Promise<AdvanceResult> {
    const move = this.#moving.then(() => this.#advance(target))
    this.#moving = move.catch(() => undefined)
    return move
  }

  /** Performs what is due and wakes up for what comes next. */
  tick(): void {
    const { scheduler, now } = this.#account
    for (let due = scheduler.takeDue(now); due !== null; due = scheduler.takeDue(now))
      perform(this.#account, due)
    this.#journal.touch()
    this.arm()
  }

  /** Sets the timer for the next transition. Called whenever something may have been planned. */
  arm(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    const next = this.#account.scheduler.next()
    if (next === null) return
    const waitMs = Math.max(0, next.at * 1000 - this.#account.clock.nowMs)
    this.#timer = setTimeout(() => this.tick(), Math.min(waitMs, MAX_TIMER_MS))
    this.#timer.unref()
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer)
  }

  async #advance(target: AdvanceTarget): Promise<AdvanceResult> {
    const account = this.#account
    const before = account.emitted
    const { clock, delivery, scheduler } = account
    const stepMs = this.#stepOf(target)
    const untilMs = clock.nowMs + stepMs
    const untilOffsetMs = clock.offsetMs + stepMs
    let moment = clock.now
    let performed = 0
    for (;;) {
      const due = scheduler.next()
      const isLater = due === null || due.at > moment
      if (isLater && !delivery.isIdle) {
        // News of what happened must not be overtaken by what happens later, and a failed delivery is planned anew.
        await delivery.settled()
        continue
      }
      if (due === null || due.at * 1000 > untilMs) break
      moment = Math.max(moment, due.at)
      clock.moveTo(moment * 1000)
      scheduler.takeDue(moment)
      perform(account, due)
      performed += 1
      if (performed % BATCH === 0) await nextTurn()
    }
    clock.setOffset(untilOffsetMs)
    this.#journal.touch()
    this.arm()
    return {
      now_ms: account.clock.nowMs,
      offset_ms: account.clock.offsetMs,
      events: account.emitted - before,
    }
  }

  /** Milliseconds to move. */
  #stepOf(target: AdvanceTarget): number {
    const { clock } = this.#account
    const stepMs = 'seconds' in target ? target.seconds * 1000 : this.#momentOf(target) * 1000 - clock.nowMs
    if (stepMs < 0) throw refused('Time only moves forward', 'to')
    if (stepMs > MAX_ADVANCE_SECONDS * 1000) {
      throw refused(`Time moves at most ${MAX_ADVANCE_SECONDS} seconds in one step`, 'seconds')
    }
    return Math.ceil(stepMs)
  }

  #momentOf(target: { to: number } | { to_next_renewal: true }): number {
    if ('to' in target) return target.to
    const moments = [...this.#account.state.subscriptions.values()]
      .filter((each) => ['active', 'trialing', 'past_due'].includes(each.status))
      .map(nextDue)
    if (moments.length === 0) throw refused('No subscription renews', 'to_next_renewal')
    return Math.min(...moments)
  }
}
