import { expect, test } from 'vitest'
import { ATTEMPTS_MAX, retryAt } from '#src/features/billing/domain/outbox/OutboxMessage.ts'

const NOW = 1_800_000_000_000

test('a message that is refused is tried again after ever longer waits, for about a day', () => {
  const waits = Array.from({ length: 7 }, (_, index) => ((retryAt(index + 1, NOW) ?? 0) - NOW) / 1000)

  expect(waits).toEqual([5, 60, 300, 1_800, 7_200, 21_600, 43_200])
})

test('and is given up when its last try is refused', () => {
  expect(ATTEMPTS_MAX).toBe(8)
  expect(retryAt(ATTEMPTS_MAX, NOW)).toBeNull()
})
