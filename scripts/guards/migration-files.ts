import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../lib/run.ts'

export const MIGRATIONS = 'supabase/migrations'

/** The newest migration that defines a function: what an older one says is not in force. */
export function sql(name: string): string {
  const defines = new RegExp(`^create (or replace )?function (public|billing)\\.${name}\\(`, 'm')
  const file = readdirSync(join(ROOT, MIGRATIONS))
    .toSorted()
    .findLast((candidate) => defines.test(readFileSync(join(ROOT, MIGRATIONS, candidate), 'utf8')))
  if (file === undefined) throw new Error(`No migration defines ${name}`)
  return `${MIGRATIONS}/${file}`
}
