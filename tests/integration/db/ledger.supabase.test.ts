import { overSql } from '#tests/support/ledger-under-test.ts'
import { createSupabaseDatabase } from '#tests/support/supabase-database.ts'
import { describeForgottenUsers } from './forgotten-users-contract.ts'
import { describeGrants } from './grants-contract.ts'
import { describeLedger } from './ledger-contract.ts'
import { describeMonths } from './months-contract.ts'
import { describeOrder } from './order-contract.ts'
import { describeOutbox } from './outbox-contract.ts'
import { describeReversals } from './reversals-contract.ts'
import { describeSecondPurchases } from './second-purchase-contract.ts'

const open = async () => overSql(await createSupabaseDatabase())

describeLedger('Supabase', open)
describeOrder('Supabase', open)
describeGrants('Supabase', open)
describeReversals('Supabase', open)
describeMonths('Supabase', open)
describeOutbox('Supabase', open)
describeForgottenUsers('Supabase', open)
describeSecondPurchases('Supabase', open)
