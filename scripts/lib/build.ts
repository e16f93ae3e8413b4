import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageCommand, ROOT, runQuietly } from './run.ts'

/** What a build is made of, besides this machine's Node. */
const INPUTS = ['src', 'public', 'package-lock.json', 'next.config.ts', 'postcss.config.mjs', 'tsconfig.json']

/** Nothing in the app imports the stand-ins, as the dependency rules say: they are not built. */
const NOT_BUILT = 'sandbox/'

/** Written beside a finished build; `next build` removes it when it begins the next one. */
const STAMP = join(ROOT, '.next', 'tollgate-inputs')

/** A hash over the names and contents of everything that a build is made of. */
function hashOfInputs(): string {
  const hash = createHash('sha256').update(process.version)
  for (const input of INPUTS.filter((name) => existsSync(join(ROOT, name)))) {
    const isFile = input.includes('.')
    const files = isFile ? [''] : readdirSync(join(ROOT, input), { recursive: true, encoding: 'utf8' }).sort()
    for (const file of files.filter((name) => !name.startsWith(NOT_BUILT))) {
      const path = join(ROOT, input, file)
      const contents = contentsOf(path)
      if (contents !== null) hash.update(`${input}/${file}\0`).update(contents).update('\0')
    }
  }
  return hash.digest('hex')
}

/** The bytes of a file; null for a folder. */
function contentsOf(path: string): Buffer | null {
  try {
    return readFileSync(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EISDIR') return null
    throw error
  }
}

/** Whether `.next` holds a finished build of just these files. */
export function isBuilt(): boolean {
  return existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hashOfInputs()
}

/**
 * Builds the app with `next build`, unless the build at hand is of the same files.
 * @throws with what the build printed, where it fails
 */
export async function ensureBuilt(): Promise<void> {
  if (isBuilt()) return
  const hash = hashOfInputs()
  const startedAt = performance.now()
  console.log('tollgate: building the app (about half a minute)')
  await runQuietly(packageCommand('next'), ['build'], {
    NEXT_TELEMETRY_DISABLED: '1',
    NODE_ENV: 'production',
  })
  writeFileSync(STAMP, hash)
  console.log(`tollgate: built in ${Math.round((performance.now() - startedAt) / 1000)} s`)
}
