import { describe, expect, test } from 'vitest'
import { metadataKeys, TRIAL_ONCE_PER_CARD, userIdOf } from '#src/features/billing/domain/facts/Metadata.ts'
import { isReadable } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import { USER_ID } from '#tests/support/stripe-facts.ts'

describe('the user that metadata names', () => {
  test('is a UUID under our key', () => {
    expect(userIdOf({ tollgate_user_id: USER_ID })).toBe(USER_ID)
  })

  test.each([
    ['nothing', {}],
    ['the key of another app', { user_id: USER_ID }],
    ['a number of another app', { tollgate_user_id: '42' }],
    ['something before it', { tollgate_user_id: `x${USER_ID}` }],
    ['something after it', { tollgate_user_id: `${USER_ID}x` }],
  ])('is nobody of ours where it says %s', (_, metadata) => {
    expect(userIdOf(metadata)).toBeNull()
  })
})

test('what is written at Stripe once is found under the same keys for good', () => {
  expect(metadataKeys).toEqual({
    userId: 'tollgate_user_id',
    plan: 'tollgate_plan',
    lookupKey: 'tollgate_lookup_key',
    environment: 'tollgate_environment',
    trial: 'tollgate_trial',
  })
  expect(TRIAL_ONCE_PER_CARD).toBe('once_per_card')
})

describe('an object whose event cannot be read is asked for', () => {
  test.each([
    'checkout_session',
    'subscription',
    'invoice',
    'invoice_payment',
    'refund',
    'dispute',
    'fraud_warning',
    'price',
  ] as const)('where access may follow from it: %s', (kind) => {
    expect(isReadable(kind)).toBe(true)
  })

  test.each(['charge', 'customer', 'product', 'entitlement_summary', 'subscription_schedule'] as const)(
    'and not where none does: %s',
    (kind) => {
      expect(isReadable(kind)).toBe(false)
    },
  )
})
