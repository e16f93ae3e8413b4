import { describe, expect, it } from 'vitest'
import { examine } from '#src/features/billing/application/doctor/Examine.ts'
import { BillingError, type BillingErrorCode } from '#src/features/billing/domain/errors.ts'

const failing = (error: unknown) => ({
  name: 'stripe',
  run: async () => {
    throw error
  },
})
const refused = (code: BillingErrorCode, cause: unknown) =>
  new BillingError(code, { retryable: false, cause })

describe('a check that cannot be made', () => {
  it.each([
    [refused('stripe_refused', { code: 'api_key_expired' }), 'api_key_expired', 'STRIPE_SECRET_KEY'],
    [refused('database_refused', { code: '' }), 'object', 'SUPABASE_SECRET_KEY'],
    [refused('database_unavailable', new TypeError('canary')), 'TypeError', 'NEXT_PUBLIC_SUPABASE_URL'],
    [refused('cache_unavailable', 'a word'), 'string', 'Try again.'],
    [new RangeError('canary'), 'RangeError', 'Try again.'],
    ['a word', 'string', 'Try again.'],
  ])('is a failure that says why and what mends it, and repeats nothing: %s', async (error, why, mend) => {
    const [finding] = await examine([failing(error)])

    expect(finding).toMatchObject({ mend: expect.stringContaining(mend) })
    expect(JSON.stringify(finding)).toContain(why)
    expect(JSON.stringify(finding)).not.toContain('canary')
  })

  it('keeps no other from being made', async () => {
    const fine = { name: 'redis', run: async () => [] }

    expect(await examine([failing('a word'), fine, failing('a word')])).toHaveLength(2)
  })
})
