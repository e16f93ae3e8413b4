import type { SupabaseClient } from '@supabase/supabase-js'
import { databaseError } from './sql-errors.ts'

/** Calls one SQL function and gives its answer as JSON. Throws `BillingError`. */
export type CallFunction = (name: string, args: Readonly<Record<string, unknown>>) => Promise<unknown>

/** How long one SQL function may take, on the way and in the database. */
export const RPC_DEADLINE_MS = 3_000

/** Calls SQL functions through PostgREST: one HTTP request a call, no retry, a deadline. */
export function supabaseRpc(client: SupabaseClient, { deadlineMs = RPC_DEADLINE_MS } = {}): CallFunction {
  return async (name, args) => {
    const { data, error, status } = await client
      .rpc(name, args)
      .abortSignal(AbortSignal.timeout(deadlineMs))
      .retry(false)
    if (error !== null) throw databaseError({ code: error.code ?? null, status, cause: error })
    return data
  }
}
