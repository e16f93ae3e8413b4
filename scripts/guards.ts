// node scripts/guards.ts [words]: takes each guard of the flow out, once, in a copy of the project, and says which test
// noticed. Ends with 1 where none did. With words, only the guards whose names contain them.

import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { databaseGuards } from './guards/database.ts'
import { flowGuards } from './guards/flow.ts'
import type { Edit, Guard } from './guards/guard.ts'
import { packageCommand, ROOT } from './lib/run.ts'

const COPY = join(ROOT, '.tollgate', 'guards')
const REPORT = join(COPY, 'report.json')
const COPIED = ['src', 'tests', 'scripts', 'supabase', 'package.json', 'tsconfig.json', 'vitest.config.ts']

const Report = z.object({
  testResults: z.array(
    z.object({ assertionResults: z.array(z.object({ status: z.string(), fullName: z.string() })) }),
  ),
})

/** A copy of the project that shares its packages: what is broken in it is broken nowhere else. */
function makeCopy(): void {
  rmSync(COPY, { recursive: true, force: true })
  mkdirSync(COPY, { recursive: true })
  for (const name of COPIED) cpSync(join(ROOT, name), join(COPY, name), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules'), join(COPY, 'node_modules'))
}

/** @throws where the text to be found does not stand in the file exactly once */
function edit({ file, find, replace }: Edit): void {
  const path = join(COPY, file)
  const text = readFileSync(path, 'utf8')
  const found = text.split(find).length - 1
  if (found !== 1) throw new Error(`${file} has "${find}" ${found} times, not once`)
  writeFileSync(
    path,
    text.replace(find, () => replace),
  )
}

/**
 * The names of the tests that fail.
 * @throws where a file did not come to its tests, which says nothing about the guard
 */
async function failures(tests: readonly string[]): Promise<string[]> {
  rmSync(REPORT, { force: true })
  const args = [
    'run',
    '--project=unit',
    '--project=apart',
    '--project=integration',
    '--bail=1',
    '--reporter=json',
    `--outputFile=${REPORT}`,
  ]
  const child = spawn(packageCommand('vitest'), [...args, ...tests], { cwd: COPY, stdio: 'ignore' })
  await new Promise((resolve) => child.once('close', resolve))
  const results = existsSync(REPORT)
    ? Report.parse(JSON.parse(readFileSync(REPORT, 'utf8'))).testResults.flatMap(
        ({ assertionResults }) => assertionResults,
      )
    : []
  if (!results.some(({ status }) => status === 'passed' || status === 'failed')) {
    throw new Error(`No test ran of ${tests.join(', ')}`)
  }
  return results.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName)
}

async function withoutGuard({ edits, tests }: Guard): Promise<string[]> {
  edits.forEach(edit)
  const failed = await failures(tests)
  for (const { file } of edits) cpSync(join(ROOT, file), join(COPY, file))
  return failed
}

const words = process.argv.slice(2).join(' ')
const chosen = [...flowGuards, ...databaseGuards].filter(({ name }) => name.includes(words))
if (chosen.length === 0) throw new Error(`No guard is named "${words}"`)
const unnoticed: string[] = []
makeCopy()
for (const guard of chosen) {
  const failed = await withoutGuard(guard)
  if (failed.length === 0) unnoticed.push(guard.name)
  console.log(`${failed.length === 0 ? 'NO' : 'ok'}  ${guard.name}`)
  console.log(`    ${failed.length} failed${failed[0] ? `: ${failed[0]}` : ''}`)
}
rmSync(COPY, { recursive: true, force: true })
console.log(`${chosen.length - unnoticed.length} of ${chosen.length} guards are noticed.`)
if (unnoticed.length > 0) console.log(`Not noticed: ${unnoticed.join('; ')}`)
process.exitCode = unnoticed.length === 0 ? 0 : 1
