import { BulkheadRejectedError, bulkhead } from 'cockatiel'
import type { Admission } from '#src/features/billing/application/stripe-webhook.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'

/** How many deliveries a process works on at once: more of them make Postgres no faster. */
export const AT_WORK_MAX = 32

/** How many may wait for room: what a slow process does in `WAIT_MAX_MS`. Whoever cannot be taken is refused unread. */
export const WAITING_MAX = 256

/**
 * How long one may wait: with the deadlines of Redis and Postgres after it, it is answered well within the 10 seconds
 * that Stripe is taken to wait for an answer.
 */
export const WAIT_MAX_MS = 3_000

/** Bounds what is at work at once and what waits, in number and in time; throws `BillingError` `overloaded` beyond. */
export function createAdmission({
  atWorkMax = AT_WORK_MAX,
  waitingMax = WAITING_MAX,
  waitMaxMs = WAIT_MAX_MS,
} = {}): Admission {
  const room = bulkhead(atWorkMax, waitingMax)
  const admit: Admission['admit'] = async (work) => {
    const waiting = new AbortController()
    const { promise: tooLate, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => {
      waiting.abort()
      reject(overloaded('waited too long'))
    }, waitMaxMs)
    const begin = () => {
      clearTimeout(timer)
      return work()
    }
    try {
      return await Promise.race([room.execute(begin, waiting.signal), tooLate])
    } catch (error) {
      throw error instanceof BulkheadRejectedError ? overloaded(error) : error
    } finally {
      clearTimeout(timer)
    }
  }
  return { admit, isFull: () => room.executionSlots === 0 && room.queueSlots === 0 }
}

const overloaded = (cause: unknown) => new BillingError('overloaded', { retryable: true, cause })
