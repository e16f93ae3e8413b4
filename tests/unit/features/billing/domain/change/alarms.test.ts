import { expect, test } from 'vitest'
import { isAlarm } from '#src/features/billing/domain/change/alarms.ts'

test.each([
  'fraud_warning',
  'unknown_price',
  'second_purchase',
  'forgotten_user_pays',
  'stripe_entitlements_differ',
  'catalogue_inactive_price',
  'catalogue_other_amount',
  'catalogue_other_currency',
  'catalogue_other_interval',
])('an operator is told of %s, although nothing is left to do for the event', (reason) => {
  expect(isAlarm(reason)).toBe(true)
})

test.each([null, '', 'payment_pending', 'agrees', 'recorded'])('nobody is woken by %j', (reason) => {
  expect(isAlarm(reason)).toBe(false)
})
