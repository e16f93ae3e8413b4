import { expect, test } from 'vitest'
import { BillingError, type BillingErrorCode } from '#src/features/billing/domain/errors.ts'

test.each<[BillingErrorCode, string]>([
  ['stripe_unavailable', 'Stripe did not answer in time'],
  ['stripe_refused', 'Stripe refused the request'],
  ['database_unavailable', 'Postgres did not answer in time'],
  ['database_refused', 'Postgres refused the call'],
  ['entitlements_unavailable', 'No backend could say what this user may do'],
  ['cache_unavailable', 'Redis did not take what it was told'],
  ['overloaded', 'More deliveries came at once than can be answered in time'],
])("%s speaks in our words, and keeps the vendor's to itself", (code, message) => {
  const cause = new Error('a key of somebody')
  const error = new BillingError(code, { retryable: true, cause })

  expect(error).toMatchObject({ name: 'BillingError', code, message, retryable: true, cause })
})
