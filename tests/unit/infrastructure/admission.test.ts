import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { BEHIND_UTILIZATION, createAdmission, ROOM_MIN, ROOM_SPAN_MS } from '#src/infrastructure/admission.ts'

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
    const { admit } = createAdmission({ atWorkMax: 1, waitingPerWork: 1 })
    const [first, second] = [job(), job()]

    const answers = [first, second].map(({ work }) => admit(work))
    expect([first.work, second.work].map(({ mock }) => mock.calls.length)).toEqual([1, 0])
    first.end()
    second.end()

    expect(await Promise.all(answers)).toEqual(['done', 'done'])
  })

  it('is refused at once where too many wait, with nothing begun, and says so before', async () => {
    const { admit, isFull } = createAdmission({ atWorkMax: 1, waitingPerWork: 1 })
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
    const { admit } = createAdmission({ atWorkMax: 1, waitingPerWork: 1, waitMaxMs: 3_000 })
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
    const { admit } = createAdmission({ atWorkMax: 1, waitingPerWork: 0 })
    await outcomeOf(admit(() => Promise.reject(new RangeError('canary'))))

    expect(await admit(async () => 'done')).toBe('done')
  })
})

describe('the room of a process', () => {
  /** An event loop that a test makes busy, and a clock that it moves. */
  function process(atWorkMax: number) {
    let now = 0
    let utilization = 0
    const gauge = { stopwatch: () => now, utilization: () => utilization }
    const { admit, isFull } = createAdmission({ atWorkMax, waitingPerWork: 0, gauge })
    const work = new Set<ReturnType<typeof job>>()
    return {
      /** Such a span passes. */
      pass: (spanMs: number, busy: number) => {
        now += spanMs
        utilization = busy
        isFull()
      },
      /** How many are at work when as many are as may be. */
      fill: () => {
        while (!isFull()) {
          const next = job()
          work.add(next)
          void admit(next.work)
        }
        return work.size
      },
      endAll: async () => {
        for (const { end } of work) end()
        work.clear()
        await new Promise((resolve) => setImmediate(resolve))
      },
    }
  }

  it('is for one at a time while the event loop is never idle', () => {
    const { pass, fill } = process(32)
    pass(ROOM_SPAN_MS, BEHIND_UTILIZATION)

    expect(fill()).toBe(1)
  })

  it('is halved by each such span, down to a least, and grows by one with each in which it was idle', () => {
    const { pass, fill } = process(32)
    pass(ROOM_SPAN_MS, BEHIND_UTILIZATION)
    pass(ROOM_SPAN_MS, 1)
    pass(ROOM_SPAN_MS, BEHIND_UTILIZATION - 0.01)
    expect(fill()).toBe(8 + 1)

    const other = process(32)
    for (let span = 0; span < 10; span += 1) other.pass(ROOM_SPAN_MS, 1)
    other.pass(5 * ROOM_SPAN_MS, 0)
    expect(other.fill()).toBe(ROOM_MIN + 5)
  })

  it('grows up to the most, and is judged once a span, however often it is asked for', () => {
    const { pass, fill } = process(32)
    pass(ROOM_SPAN_MS, 1)
    for (let asked = 0; asked < 9; asked += 1) pass(ROOM_SPAN_MS / 10, 0)
    expect(fill()).toBe(1)
    pass(ROOM_SPAN_MS / 10, 0)
    expect(fill()).toBe(16 + 1)

    pass(1_000 * ROOM_SPAN_MS, 0)
    expect(fill()).toBe(32)
  })

  it('that has shrunk below what is at work gives none before so many have ended', async () => {
    const { pass, fill, endAll } = process(8)
    expect(fill()).toBe(8)
    pass(ROOM_SPAN_MS, 1)
    expect(fill()).toBe(8)

    await endAll()
    expect(fill()).toBe(1)
  })

  it('never has less of a least than the most that it may have', () => {
    const { pass, fill } = process(1)
    pass(ROOM_SPAN_MS, 1)
    pass(ROOM_SPAN_MS, 1)

    expect(fill()).toBe(1)
  })

  it('keeps as many waiting as before, who are begun one after the other', async () => {
    let now = 0
    const gauge = { stopwatch: () => now, utilization: () => 1 }
    const { admit, isFull } = createAdmission({ atWorkMax: 4, waitingPerWork: 1, gauge })
    now += ROOM_SPAN_MS
    const jobs = Array.from({ length: 5 }, job)
    const answers = jobs.map(({ work }) => admit(work))
    expect(isFull()).toBe(true)
    expect(jobs.map(({ work }) => work.mock.calls.length)).toEqual([1, 0, 0, 0, 0])

    for (const { end } of jobs) end()
    expect(await Promise.all(answers)).toEqual(Array(5).fill('done'))
  })
})
