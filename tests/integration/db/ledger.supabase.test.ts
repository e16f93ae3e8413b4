import { createSupabaseDatabase } from '#tests/support/supabase-database.ts'
import { describeLedger } from './ledger-contract.ts'

describeLedger('Supabase', createSupabaseDatabase)
