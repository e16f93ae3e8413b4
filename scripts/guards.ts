// node scripts/guards.ts [words]: takes each guard of the flow out, once, in a copy of the project, and says which test
// noticed. The tests must pass with every guard in its place, and find something else without one. Ends with 1 where
// none did. With words, only the guards whose names contain them.

import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { databaseGuards } from './guards/database.ts'
import { flowGuards } from './guards/flow.ts'
import type { Edit, Guard } from './guards/guard.ts'
import { keyGuards } from './guards/keys.ts'
import { packageCommand, ROOT } from './lib/run.ts'

const COPY = join(ROOT, '.tollgate', 'guards')
const REPORT = join(COPY, 'report.json')
const COPIED = ['src', 'tests', 'scripts', 'supabase', 'package.json', 'tsconfig.json', 'vitest.config.ts']

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      assertionResults: z.array(
        z.object({
          status: z.string(),
          fullName: z.string(),
          failureMessages: z.array(z.string()).default([]),
        }),
      ),
    }),
  ),
})

type TestFile = z.infer<typeof Report>['testResults'][number]
type TestResult = TestFile['assertionResults'][number]

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

/** What became of the tests of these files, one file after the other: two at once time each other out. */
async function run(tests: readonly string[]): Promise<readonly TestFile[]> {
  rmSync(REPORT, { force: true })
  const args = [
    'run',
    '--project=unit',
    '--project=apart',
    '--project=integration',
    '--no-file-parallelism',
    '--reporter=json',
    `--outputFile=${REPORT}`,
  ]
  const child = spawn(packageCommand('vitest'), [...args, ...tests], { cwd: COPY, stdio: 'ignore' })
  await new Promise((resolve) => child.once('close', resolve))
  return existsSync(REPORT) ? Report.parse(JSON.parse(readFileSync(REPORT, 'utf8'))).testResults : []
}

/** @throws where a test fails with every guard in its place: it would notice whatever is taken out */
async function mustPass(tests: readonly string[]): Promise<void> {
  const files = await run(tests)
  const missing = tests.filter((test) => !files.some(({ name }) => name.endsWith(test)))
  const failing = files.filter(({ status }) => status !== 'passed').map(({ name }) => name)
  if (missing.length + failing.length > 0) {
    throw new Error(
      `With every guard in its place, these do not pass: ${[...missing, ...failing].join(', ')}`,
    )
  }
}

/** How Vitest begins what an expectation says, that of a promise among them. */
const EXPECTATION = /^(AssertionError|Error: (promise (resolved|rejected)|expected) )/

/** Whether a test failed because of what is missing, and not because the machine is slow. */
function noticed({ failureMessages, fullName }: TestResult, { noticedBy }: Guard): boolean {
  return fullName === noticedBy || failureMessages.some((message) => EXPECTATION.test(message))
}

/**
 * The tests that fail without a guard.
 * @throws where none came to its end, which says nothing about the guard
 */
async function failuresWithout({ edits, tests }: Guard): Promise<readonly TestResult[]> {
  edits.forEach(edit)
  const files = await run(tests)
  for (const { file } of edits) cpSync(join(ROOT, file), join(COPY, file))
  const ran = files
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status }) => status === 'passed' || status === 'failed')
  if (ran.length === 0) throw new Error(`No test ran of ${tests.join(', ')}`)
  return ran.filter(({ status }) => status === 'failed')
}

const words = process.argv.slice(2).join(' ')
const chosen = [...flowGuards, ...keyGuards, ...databaseGuards].filter(({ name }) => name.includes(words))
if (chosen.length === 0) throw new Error(`No guard is named "${words}"`)
const unnoticed: string[] = []
makeCopy()
await mustPass([...new Set(chosen.flatMap(({ tests }) => tests))])
for (const guard of chosen) {
  const failed = await failuresWithout(guard)
  const witness = failed.find((test) => noticed(test, guard))
  if (witness === undefined) unnoticed.push(guard.name)
  console.log(`${witness === undefined ? 'NO' : 'ok'}  ${guard.name}`)
  if (witness !== undefined) console.log(`    noticed by: ${witness.fullName}`)
  else
    for (const { fullName, failureMessages } of failed) console.log(`    ${fullName}: ${failureMessages[0]}`)
}
rmSync(COPY, { recursive: true, force: true })
console.log(`${chosen.length - unnoticed.length} of ${chosen.length} guards are noticed.`)
if (unnoticed.length > 0) console.log(`Not noticed: ${unnoticed.join('; ')}`)
process.exitCode = unnoticed.length === 0 ? 0 : 1
