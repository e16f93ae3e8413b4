import { describe, expect, test } from 'vitest'
import { nextExpiry } from '#src/features/billing/domain/entitlement/judge-sources.ts'
import { isNewer } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'

const version = (epoch: number, counter: number) => ({ epoch, counter })

describe('I4: which entitlements are newer', () => {
  test.each([
    [version(1, 2), version(1, 1), true],
    [version(1, 1), version(1, 1), false],
    [version(1, 1), version(1, 2), false],
    // F76: after a restore the counter starts lower, and the epoch is what counts.
    [version(2, 0), version(1, 900), true],
    [version(1, 900), version(2, 0), false],
  ])('%o than %o: %s', (a, b, expected) => {
    expect(isNewer(a, b)).toBe(expected)
  })
})

describe('the next instant at which any access ends', () => {
  const NOW = 1_000
  const grant = (sourceEnd: number | null, ...itemEnds: (number | null)[]) => ({
    kind: 'subscription' as const,
    sourceId: 'sub_1',
    status: 'active',
    items: itemEnds.map((expiresAt) => ({
      plan: 'pro' as const,
      planVersion: 1,
      quantity: 1,
      interval: 'month' as const,
      expiresAt,
    })),
    expiresAt: sourceEnd,
    renewsAt: null,
    cancelsAt: null,
    pastDueSince: null,
    paidAt: null,
    durationMs: null,
    paidThrough: null,
    holds: [],
    stripeEventId: null,
  })

  test.each([
    ['no source', [], null],
    ['a source without an end', [grant(null, null)], null],
    ['the end of an item', [grant(null, NOW + 5)], NOW + 5],
    ['the end of a source', [grant(NOW + 3, null)], NOW + 3],
    ['whichever of the two comes first', [grant(NOW + 3, NOW + 5)], NOW + 3],
    ['the earliest of all', [grant(null, NOW + 9, NOW + 4), grant(NOW + 7, null)], NOW + 4],
    ['what ended already is passed over, at its very end too', [grant(null, NOW, NOW - 1, NOW + 1)], NOW + 1],
    ['everything ended', [grant(NOW, NOW + 5)], null],
  ])('%s', (_, sources, expected) => {
    expect(nextExpiry({ userId: 'u', version: version(1, 1), sources }, NOW)).toBe(expected)
  })
})
