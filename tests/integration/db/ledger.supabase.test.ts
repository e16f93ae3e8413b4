import { overSql } from '#tests/support/ledger-under-test.ts'
import { createSupabaseDatabase } from '#tests/support/supabase-database.ts'
import { describeStore } from './store-contract.ts'

describeStore('Supabase', async () => overSql(await createSupabaseDatabase()))
