import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AFTER_AUTH_SQL, BOOTSTRAP_SQL } from './bootstrap.ts'

/**
 * A database as it is before the first migration, kept in a file of some 40 MB under `node_modules/.cache`: to make
 * one takes seconds, to load one half a second. Other versions' files are removed when a new one is written. Where
 * nothing can be written, each start makes its own.
 */
const PREFIX = 'pglite-'

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const FOLDER = join(MODULES, '.cache', 'tollgate')
/** Of a disk that cannot be written to, or is full. */
const NO_WRITE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC'])

/** The template, or null where there is none for these versions. */
export async function readTemplate(): Promise<Blob | null> {
  try {
    return new Blob([await readFile(await templatePath())])
  } catch (error) {
    if (hasCode(error) && error.code === 'ENOENT') return null
    throw error
  }
}

/** Keeps the template for later starts, atomically. A disk that cannot be written to is no error. */
export async function writeTemplate(template: Blob): Promise<void> {
  const path = await templatePath()
  const draft = `${path}.${process.pid}`
  try {
    await mkdir(FOLDER, { recursive: true })
    for (const name of await readdir(FOLDER)) {
      if (name.startsWith(PREFIX) && name.endsWith('.tar')) await rm(join(FOLDER, name), { force: true })
    }
    await writeFile(draft, Buffer.from(await template.arrayBuffer()))
    await rename(draft, path)
  } catch (error) {
    if (!hasCode(error) || !NO_WRITE.has(error.code)) throw error
  }
}

async function templatePath(): Promise<string> {
  const hash = createHash('sha256').update(BOOTSTRAP_SQL).update(AFTER_AUTH_SQL).update(process.arch)
  for (const name of ['@supabase/lite', '@electric-sql/pglite']) {
    hash.update(await readFile(join(MODULES, name, 'package.json')))
  }
  return join(FOLDER, `${PREFIX}${hash.digest('hex').slice(0, 16)}.tar`)
}

function hasCode(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
