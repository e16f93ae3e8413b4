import { expect, test } from 'vitest'
import { SettleTrials } from '#src/features/billing/application/trial/SettleTrials.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { RunningTrial } from '#src/features/billing/domain/trial/IStripeTrials.ts'
import { MemoryTables } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'
import { MemoryTrials } from '#src/features/billing/infrastructure/memory/MemoryTrials.ts'

const TRIAL = { subscriptionId: 'sub_1', verdict: null, isOpen: true }

/** A trial that has begun, and a Stripe that answers so. */
function settling(read: () => Promise<RunningTrial>) {
  const tables = new MemoryTables()
  tables.trials.set('sub_1', {
    subscriptionId: 'sub_1',
    beganAt: 0,
    verdict: null,
    cardFingerprint: null,
  })
  const reported: unknown[] = []
  const use = new SettleTrials({
    trials: new MemoryTrials(tables),
    stripe: { read, end: async () => undefined },
    clock: { now: () => 0 },
    errors: { report: (error) => void reported.push(error) },
  })
  return { use, reported, verdict: () => tables.trials.get('sub_1')?.verdict }
}

const failing = (retryable: boolean) => async () => {
  throw new BillingError(retryable ? 'stripe_unavailable' : 'stripe_refused', { retryable, cause: null })
}

test('F89: a trial with nothing to pay with yet stays open: the card may come', async () => {
  const { use, verdict } = settling(async () => ({ kind: 'no_payment_method' }))

  expect([await use.execute([TRIAL]), verdict()]).toEqual([false, null])
})

test('where Stripe does not answer it is asked again, by the delivery that is refused', async () => {
  const { use, verdict } = settling(failing(true))

  await expect(use.execute([TRIAL])).rejects.toThrow(BillingError)
  expect(verdict()).toBeNull()
})

test('where Stripe refuses, a person is told, and the event is not delivered for days', async () => {
  const { use, reported, verdict } = settling(failing(false))

  expect([await use.execute([TRIAL]), verdict()]).toEqual([false, null])
  expect(reported).toHaveLength(1)
})

test('one that is not open is not looked at', async () => {
  const { use } = settling(failing(true))

  expect(await use.execute([{ ...TRIAL, isOpen: false }])).toBe(false)
})
