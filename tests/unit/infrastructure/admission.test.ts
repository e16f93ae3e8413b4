import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAdmission } from '#src/infrastructure/admission.ts'

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }))
afterEach(() => void vi.useRealTimers())

/** Work that ends when it is told to, and whether it has begun. */
function job() {
  const { promise, resolve } = Promise.withResolvers<string>()
  const work = vi.fn(() => promise)
  return { work, end: () => resolve('done') }
}

/** What became of it: its value, or the code of its error. */
const outcomeOf = (answer: Promise<string>) =>
  answer.catch((error: unknown) => (error instanceof Error && 'code' in error ? error.code : error))

describe('room for work', () => {
  it('is given at once while there is some, and to who waits as soon as there is', async () => {
    const { admit } = createAdmission({ atWorkMax: 1, waitingMax: 1 })
    const [first, second] = [job(), job()]

    const answers = [first, second].map(({ work }) => admit(work))
    expect([first.work, second.work].map(({ mock }) => mock.calls.length)).toEqual([1, 0])
    first.end()
    second.end()

    expect(await Promise.all(answers)).toEqual(['done', 'done'])
  })

  it('is refused at once where too many wait, with nothing begun, and says so before', async () => {
    const { admit, isFull } = createAdmission({ atWorkMax: 1, waitingMax: 1 })
    const [first, second, third] = [job(), job(), job()]
    const answers = [first, second].map(({ work }) => admit(work))

    expect(isFull()).toBe(true)
    expect(await outcomeOf(admit(third.work))).toBe('overloaded')
    expect(third.work).not.toHaveBeenCalled()
    first.end()
    second.end()
    expect(await Promise.all(answers)).toEqual(['done', 'done'])
  })

  it('is refused to who has waited for too long, and not begun later', async () => {
    const { admit } = createAdmission({ atWorkMax: 1, waitingMax: 1, waitMaxMs: 3_000 })
    const [first, second] = [job(), job()]
    const answer = admit(first.work)
    const answered = vi.fn()
    const refusal = outcomeOf(admit(second.work)).finally(answered)

    await vi.advanceTimersByTimeAsync(2_999)
    expect(answered).not.toHaveBeenCalled()
    await vi.advanceTimersByTimeAsync(1)

    expect(await refusal).toBe('overloaded')
    first.end()
    await answer
    expect(second.work).not.toHaveBeenCalled()
  })

  it('does not bound how long the work itself takes', async () => {
    const { admit } = createAdmission({ waitMaxMs: 3_000 })
    const { work, end } = job()
    const answer = admit(work)

    await vi.advanceTimersByTimeAsync(10_000)
    end()

    expect(await answer).toBe('done')
  })

  it('is there again after work that failed', async () => {
    const { admit } = createAdmission({ atWorkMax: 1, waitingMax: 0 })
    await outcomeOf(admit(() => Promise.reject(new RangeError('canary'))))

    expect(await admit(async () => 'done')).toBe('done')
  })
})
