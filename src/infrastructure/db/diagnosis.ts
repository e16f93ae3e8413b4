import { z } from 'zod'
import { ask } from './ask.ts'
import type { CallFunction } from './supabase-rpc.ts'

const DiagnosisRow = z.object({
  now: z.int(),
  migrations: z.array(z.string()).nullable(),
  tables_without_rls: z.array(z.string()),
  tables_written_by_users: z.array(z.string()),
  functions_of_users: z.array(z.string()),
})

/** What the database says of itself: the answer of `get_diagnosis`. */
export type Diagnosis = z.infer<typeof DiagnosisRow>

/** Asks the database of itself. Throws `BillingError`. */
export function getDiagnosis(call: CallFunction): Promise<Diagnosis> {
  return ask(call, DiagnosisRow, 'get_diagnosis', {})
}
