import { overSql } from '#tests/support/ledger-under-test.ts'
import { createSupabaseDatabase } from '#tests/support/supabase-database.ts'
import { describeAttempts } from './attempts-contract.ts'

describeAttempts('Supabase', async () => overSql(await createSupabaseDatabase()))
