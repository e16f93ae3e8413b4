import { createSupabaseDatabase } from '#tests/support/supabase-database.ts'
import { describeAttempts } from './attempts-contract.ts'

describeAttempts('Supabase', createSupabaseDatabase)
