import { databaseError } from '#src/infrastructure/db/sql-errors.ts'
import type { CallFunction } from '#src/infrastructure/db/supabase-rpc.ts'

export type Row = Record<string, unknown>

/** A database of ours under test, whichever Postgres stands behind it. */
export interface TestDatabase {
  /** Calls a function as the service role does. */
  readonly call: CallFunction
  /** Asks as the owner, to look at rows. */
  query(sql: string, parameters?: unknown[]): Promise<Row[]>
  addUser(): Promise<string>
  close(): Promise<void>
}

/** A SQL function's call as a statement, for a Postgres that is spoken to without PostgREST. */
export function callOver(query: TestDatabase['query']): CallFunction {
  return async (name, args) => {
    const names = Object.keys(args)
    const values = Object.values(args).map((value) =>
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    )
    try {
      const [row] = await query(
        `select public.${name}(${names.map((argument, index) => `${argument} => $${index + 1}`).join(', ')}) as answer`,
        values,
      )
      return row?.answer
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : null
      throw databaseError({ code, status: 400, cause: error })
    }
  }
}
