import { isAuthApiError, type SupabaseClient } from '@supabase/supabase-js'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { IUserAccounts } from '#src/features/billing/domain/interfaces/IUserAccounts.ts'

/** Accounts over Supabase Auth's admin API; `service` is a client of the service role. */
export function createUserAccounts(service: SupabaseClient): IUserAccounts {
  return {
    async deleteUser(userId) {
      const { error } = await service.auth.admin.deleteUser(userId)
      if (error === null || error.code === 'user_not_found') return
      const retryable = !isAuthApiError(error) || error.status >= 500
      throw new BillingError(retryable ? 'database_unavailable' : 'database_refused', {
        retryable,
        cause: error,
      })
    },
  }
}
