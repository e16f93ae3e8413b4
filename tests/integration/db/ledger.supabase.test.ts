import { overSql } from '#tests/support/ledger-under-test.ts'
import { createSupabaseDatabase } from '#tests/support/supabase-database.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeReversals } from './reversals-contract.ts'

const open = async () => overSql(await createSupabaseDatabase())

describeLedger('Supabase', open)
describeOrder('Supabase', open)
describeGrants('Supabase', open)
describeReversals('Supabase', open)
describeMonths('Supabase', open)
