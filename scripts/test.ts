// npm test: everything that this machine can test, with the coverage that is asked for. Ends with the counts.
// With arguments they go to Vitest as they are: npm test -- tests/unit/house.test.ts

import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findChromium, findRedisServer } from './lib/machine.ts'
import { packageCommand, ROOT, runInFront } from './lib/run.ts'
import { type Counts, closingLine, countsOf, machineLine, sum } from './lib/test-counts.ts'

const REPORTS = join(ROOT, '.tollgate', 'tests')
const FAILED: Counts = { passed: 0, failed: 1, skipped: 0 }

/** One run of Vitest, counted from its own report. */
async function vitest(name: string, args: readonly string[]): Promise<Counts> {
  const report = join(REPORTS, `${name}.json`)
  rmSync(report, { force: true })
  const code = await runInFront(
    packageCommand('vitest'),
    ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...args],
    // Vitest would keep what the shell has set: under `production` the sandbox refuses to start.
    { NODE_ENV: 'test' },
  )
  return existsSync(report) ? countsOf(JSON.parse(readFileSync(report, 'utf8')), code) : FAILED
}

async function everything(): Promise<Counts> {
  const runs = [
    await vitest('all', ['--project=unit', '--project=apart', '--project=integration', '--coverage']),
    // The one that kills waits most of its time: two others fill the cores meanwhile.
    await vitest('proof', ['--project=proof', '--maxWorkers=3']),
  ]
  return sum(findChromium() === null ? runs : [...runs, await vitest('e2e', ['--project=e2e'])])
}

mkdirSync(REPORTS, { recursive: true })
const chosen = process.argv.slice(2)
const counts = chosen.length > 0 ? await vitest('chosen', chosen) : await everything()

console.log(machineLine({ redisServer: findRedisServer(), chromium: findChromium() }))
console.log(closingLine(counts))
process.exitCode = counts.failed === 0 ? 0 : 1
