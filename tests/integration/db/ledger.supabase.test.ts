import { createSupabaseDatabase } from '#tests/support/supabase-database.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeOrder } from './order-contract.ts'

describeLedger('Supabase', createSupabaseDatabase)
describeOrder('Supabase', createSupabaseDatabase)
