import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { PGlite } from '@electric-sql/pglite'

/**
 * Applies the `*.sql` files of `folder` that the database does not have yet, in name order, each in a transaction of
 * its own, and records them as the Supabase CLI does. A folder that does not exist holds no migrations.
 * @returns the names of the files applied now.
 * @throws naming the file and the line where one fails.
 */
export async function applyMigrations(database: PGlite, folder: string): Promise<string[]> {
  const files = await listMigrations(folder)
  const known = await database.query<{ version: string }>(
    'select version from supabase_migrations.schema_migrations',
  )
  const versions = new Set(known.rows.map((row) => row.version))
  const applied: string[] = []
  for (const file of files) {
    const name = basename(file, '.sql')
    const version = /^\d+/.exec(name)?.[0] ?? name
    if (versions.has(version)) continue
    await applyFile(database, file, version, name)
    applied.push(basename(file))
  }
  return applied
}

/** Paths of the migrations of a folder, in the order in which they are applied. */
export async function listMigrations(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder)
    return names
      .filter((name) => name.endsWith('.sql'))
      .sort()
      .map((name) => join(folder, name))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}

async function applyFile(database: PGlite, file: string, version: string, name: string): Promise<void> {
  const sql = await readFile(file, 'utf8')
  try {
    await database.transaction(async (transaction) => {
      await transaction.exec(sql)
      await transaction.query(
        'insert into supabase_migrations.schema_migrations (version, name) values ($1, $2)',
        [version, name],
      )
    })
  } catch (error) {
    throw new Error(
      `${basename(file)}${lineOf(error, sql)}: ${error instanceof Error ? error.message : error}`,
      {
        cause: error,
      },
    )
  }
}

/** Postgres gives the place of an error as a character's number in the text that was sent, counted from 1. */
function lineOf(error: unknown, sql: string): string {
  const position = error instanceof Error && 'position' in error ? Number(error.position) : Number.NaN
  return Number.isNaN(position) ? '' : ` line ${sql.slice(0, position).split('\n').length}`
}
