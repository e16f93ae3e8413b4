import { describe, expect, test } from 'vitest'
import { differsFromStripe } from '#src/features/billing/domain/entitlement/stripe-entitlements.ts'
import { nothing, proUntil } from '#tests/support/entitlements.ts'

const NOW = 1_800_000_000_000
const PRO = proUntil('u', NOW + 1)
const OF_PRO = ['projects', 'insights', 'export', 'api']
const changed = (changes: Partial<(typeof PRO.sources)[number]>) => ({
  ...PRO,
  sources: PRO.sources.map((source) => ({ ...source, ...changes })),
})

describe("Stripe's own entitlements say something else", () => {
  test('where they give a feature that nothing here gives', () => {
    expect(differsFromStripe([...OF_PRO, 'audit_log'], PRO, NOW)).toBe(true)
    expect(differsFromStripe(['insights'], nothing('u'), NOW)).toBe(true)
    expect(differsFromStripe(OF_PRO, PRO, NOW + 1)).toBe(true)
  })

  test('where they lack one that a subscription gives here', () => {
    expect(differsFromStripe(['insights', 'export'], PRO, NOW)).toBe(true)
  })
})

describe("Stripe's own entitlements say the same", () => {
  test('where they give what the subscription gives', () => {
    expect(differsFromStripe(OF_PRO, PRO, NOW)).toBe(false)
  })

  test('where they lack only what everybody has', () => {
    expect(differsFromStripe(['insights', 'export', 'api'], PRO, NOW)).toBe(false)
  })

  test('where they give none of our features: the account does not use them', () => {
    expect(differsFromStripe([], PRO, NOW)).toBe(false)
    expect(differsFromStripe(['feature_of_another_app', 'toString'], PRO, NOW)).toBe(false)
  })

  test('whatever else they give that the catalogue does not know', () => {
    expect(differsFromStripe([...OF_PRO, 'feature_of_another_app'], PRO, NOW)).toBe(false)
  })

  test('while a hold withholds here what Stripe goes on giving', () => {
    expect(differsFromStripe(OF_PRO, changed({ holds: [{ kind: 'pause' }] }), NOW)).toBe(false)
  })

  test('about what was paid once or granted by hand, of which Stripe knows nothing', () => {
    expect(differsFromStripe(['projects'], changed({ kind: 'payment' }), NOW)).toBe(false)
    expect(differsFromStripe(['projects'], changed({ kind: 'manual' }), NOW)).toBe(false)
  })

  test('about a feature that both a subscription at Stripe and a grant by hand give', () => {
    expect(differsFromStripe(OF_PRO, changed({ kind: 'manual' }), NOW)).toBe(false)
  })
})
