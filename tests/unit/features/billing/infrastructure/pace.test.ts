import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import {
  BULK_CALLS_PER_SECOND_MAX,
  BULK_PATIENCE_MS,
  BULK_TRIES_MAX,
  createPace,
} from '#src/features/billing/infrastructure/stripe/pace.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

const paceOfTest = () =>
  createPace({
    stopwatch: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })

const turnedAway = (retryable: boolean) => new BillingError('stripe_unavailable', { retryable, cause: 429 })

/** What a call gives after all waits; the error where it throws one. */
async function outcomeOf(answer: Promise<string>): Promise<unknown> {
  const outcome = answer.catch((error: unknown) => error)
  await vi.runAllTimersAsync()
  return outcome
}

describe('the pace of bulk reads', () => {
  it('makes so many calls a second and no more', async () => {
    const pace = paceOfTest()
    const call = vi.fn(async () => 'answered')
    const calls = Array.from({ length: 3 * BULK_CALLS_PER_SECOND_MAX }, () => pace(call))

    await vi.advanceTimersByTimeAsync(999)
    expect(call).toHaveBeenCalledTimes(BULK_CALLS_PER_SECOND_MAX)
    await vi.runAllTimersAsync()

    expect(new Set(await Promise.all(calls))).toEqual(new Set(['answered']))
  })

  it('F77: tries again what time can cure, so often and no more', async () => {
    const call = vi.fn(() => Promise.reject(turnedAway(true)))

    expect(await outcomeOf(paceOfTest()(call))).toEqual(turnedAway(true))
    expect(call).toHaveBeenCalledTimes(BULK_TRIES_MAX)
  })

  it('answers what a later try gives', async () => {
    const call = vi.fn(async () => 'answered').mockRejectedValueOnce(turnedAway(true))

    expect(await outcomeOf(paceOfTest()(call))).toBe('answered')
  })

  it('does not try again what no time cures', async () => {
    const call = vi.fn(() => Promise.reject(turnedAway(false)))

    expect(await outcomeOf(paceOfTest()(call))).toEqual(turnedAway(false))
    expect(call).toHaveBeenCalledTimes(1)
  })

  it('has no patience beyond its time: tries that hang are few', async () => {
    const hangs = (ms: number) =>
      vi.fn(async () => {
        await new Promise((resolve) => setTimeout(resolve, ms))
        throw turnedAway(true)
      })
    const [longer, shorter] = [hangs(BULK_PATIENCE_MS), hangs(BULK_PATIENCE_MS - 1)]

    await outcomeOf(paceOfTest()(longer))
    await outcomeOf(paceOfTest()(shorter))

    expect([longer, shorter].map(({ mock }) => mock.calls.length)).toEqual([1, 2])
  })
})
