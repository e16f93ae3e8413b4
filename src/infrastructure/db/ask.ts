import type { z } from 'zod'
import { databaseError } from './sql-errors.ts'
import type { CallFunction } from './supabase-rpc.ts'

/**
 * Calls one SQL function and reads its answer. An answer that is not of the agreed shape is a schema that this code
 * does not fit: nobody's data is guessed. Throws `BillingError`.
 */
export async function ask<T>(
  call: CallFunction,
  shape: z.ZodType<T>,
  name: string,
  args: Readonly<Record<string, unknown>>,
): Promise<T> {
  const parsed = shape.safeParse(await call(name, args))
  if (!parsed.success) throw databaseError({ code: 'shape', status: 200, cause: parsed.error })
  return parsed.data
}

/** An instant, milliseconds since the epoch, as SQL functions take it. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
