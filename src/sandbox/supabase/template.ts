import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AFTER_AUTH_SQL, BOOTSTRAP_SQL } from './bootstrap.ts'
import { listMigrations } from './migrations.ts'

/**
 * A database as it is after the last migration, kept in a file of some 40 MB under `node_modules/.cache`: to make one
 * takes seconds, to load one half a second. There is one for each set of migrations; of more than a few the ones that
 * were made longest ago are removed. Where nothing can be written, each start makes its own.
 */
const PREFIX = 'pglite-'
const TEMPLATES_MAX = 4

const MODULES = fileURLToPath(new URL('../../../node_modules', import.meta.url))
const FOLDER = join(MODULES, '.cache', 'tollgate')
/** Of a disk that cannot be written to, or is full. */
const NO_WRITE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC'])

/** Node hands out what a blob holds in small pieces, each copied: for 40 MB that takes as long as Postgres's own start. */
class BytesBlob extends Blob {
  readonly #bytes: Uint8Array<ArrayBuffer>

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    super()
    this.#bytes = bytes
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    const { buffer, byteOffset, byteLength } = this.#bytes
    return byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)
  }
}

/** The template for the migrations of this folder, or null where there is none. */
export async function readTemplate(migrationsDir: string): Promise<Blob | null> {
  try {
    return new BytesBlob(await readFile(await templatePath(migrationsDir)))
  } catch (error) {
    if (hasCode(error) && error.code === 'ENOENT') return null
    throw error
  }
}

/** Keeps the template for later starts, atomically. A disk that cannot be written to is no error. */
export async function writeTemplate(migrationsDir: string, template: Blob): Promise<void> {
  const path = await templatePath(migrationsDir)
  const draft = `${path}.${process.pid}`
  try {
    await mkdir(FOLDER, { recursive: true })
    await writeFile(draft, Buffer.from(await template.arrayBuffer()))
    await rename(draft, path)
    await removeOldest()
  } catch (error) {
    if (!hasCode(error) || !NO_WRITE.has(error.code)) throw error
  }
}

async function removeOldest(): Promise<void> {
  const names = (await readdir(FOLDER)).filter((name) => name.startsWith(PREFIX) && name.endsWith('.tar'))
  const templates = names.map((name) => {
    const path = join(FOLDER, name)
    return { path, madeAt: statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0 }
  })
  templates.sort((one, other) => other.madeAt - one.madeAt)
  for (const { path } of templates.slice(TEMPLATES_MAX)) await rm(path, { force: true })
}

/** Named after all that it is made of: another version or another migration makes another template. */
async function templatePath(migrationsDir: string): Promise<string> {
  const hash = createHash('sha256').update(BOOTSTRAP_SQL).update(AFTER_AUTH_SQL).update(process.arch)
  for (const name of ['@supabase/lite', '@electric-sql/pglite']) {
    hash.update(await readFile(join(MODULES, name, 'package.json')))
  }
  for (const file of await listMigrations(migrationsDir)) {
    hash.update(basename(file)).update(await readFile(file))
  }
  return join(FOLDER, `${PREFIX}${hash.digest('hex').slice(0, 16)}.tar`)
}

function hasCode(error: unknown): error is Error & { code: string } {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
