import { describe, expect, it } from 'vitest'
import { closingLine, countsOf, machineLine, sum } from '../../../scripts/lib/test-counts.ts'

const report = (changes: object) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 1,
  testResults: [],
  ...changes,
})

describe('the closing line', () => {
  it('adds up what every run counted', () => {
    const counts = sum([countsOf(report({}), 0), countsOf(report({ numFailedTests: 2 }), 1)])

    expect(closingLine(counts)).toBe('6 passed, 2 failed, 4 skipped')
  })

  it('counts a file that does not load as one failure', () => {
    const broken = report({ testResults: [{ status: 'failed', assertionResults: [] }] })

    expect(countsOf(broken, 1)).toEqual({ passed: 3, failed: 1, skipped: 2 })
  })

  it('does not count a failed test twice, once for itself and once for its file', () => {
    const failed = report({
      numFailedTests: 1,
      testResults: [{ status: 'failed', assertionResults: [{ status: 'failed' }] }],
    })

    expect(countsOf(failed, 1).failed).toBe(1)
  })

  it('counts a run that ended badly as one failure although every test passed', () => {
    expect(countsOf(report({}), 1).failed).toBe(1)
  })
})

describe('the line about the machine', () => {
  it.each([
    ['/usr/bin/redis-server', '/usr/bin/chromium', 'Ran with redis-server and Chromium.'],
    [null, '/usr/bin/chromium', 'Ran without redis-server (the in-process Redis stood in).'],
    ['/usr/bin/redis-server', null, 'Ran without Chromium (the browser tests were left out).'],
    [
      null,
      null,
      'Ran without redis-server (the in-process Redis stood in) and without Chromium (the browser tests were left out).',
    ],
  ])('names what was missing: redis-server %s, Chromium %s', (redisServer, chromium, line) => {
    expect(machineLine({ redisServer, chromium })).toBe(line)
  })
})
