import { z } from 'zod'

/** How many checks ended how. */
export interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

export const NONE: Counts = { passed: 0, failed: 0, skipped: 0 }

/** What is read of the report that Vitest's JSON reporter writes. */
const Report = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numPendingTests: z.number(),
  numTodoTests: z.number(),
  testResults: z.array(
    z.object({ status: z.string(), assertionResults: z.array(z.object({ status: z.string() })) }),
  ),
})

/**
 * Counts one Vitest run. A file that failed without a failed test, such as one that does not load, counts as one
 * failure; so does a run that ended badly although every test passed: a missed coverage threshold, a stray error.
 */
export function countsOf(report: unknown, exitCode: number): Counts {
  const { testResults, ...totals } = Report.parse(report)
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) =>
      status === 'failed' && assertionResults.every((test) => test.status !== 'failed'),
  ).length
  const failed = totals.numFailedTests + brokenFiles
  return {
    passed: totals.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: totals.numPendingTests + totals.numTodoTests,
  }
}

export function sum(all: readonly Counts[]): Counts {
  return all.reduce(
    (total, one) => ({
      passed: total.passed + one.passed,
      failed: total.failed + one.failed,
      skipped: total.skipped + one.skipped,
    }),
    NONE,
  )
}

/** The last line of `npm test` and of CI. */
export function closingLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`
}

/** Says which of the two programs that npm cannot supply the tests did without; null is what was not found. */
export function machineLine(found: {
  readonly redisServer: string | null
  readonly chromium: string | null
}): string {
  const without = [
    ...(found.redisServer === null ? ['redis-server (the in-process Redis stood in)'] : []),
    ...(found.chromium === null ? ['Chromium (the browser tests were left out)'] : []),
  ]
  return without.length === 0
    ? 'Ran with redis-server and Chromium.'
    : `Ran without ${without.join(' and without ')}.`
}
