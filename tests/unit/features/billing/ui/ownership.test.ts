import { describe, expect, it } from 'vitest'
import { isOnFreePlan, planStanding } from '#src/features/billing/ui/ownership.ts'
import { DAY_MS, entitlementsOf, NOW, source } from '#tests/support/sources.ts'

const pass = source({ kind: 'payment', sourceId: 'pi_1', plan: 'pass', expiresAt: NOW + DAY_MS })
const lifetime = source({ kind: 'payment', sourceId: 'pi_2', plan: 'lifetime', expiresAt: null })
const gift = source({ kind: 'manual', sourceId: 'grant_1', plan: 'pro', expiresAt: null })

describe('what a visitor can do with a plan', () => {
  it('who is signed out can buy every plan', () => {
    expect(planStanding('pro', null)).toBe('buy')
    expect(planStanding('lifetime', null)).toBe('buy')
  })

  it('who has a subscription manages it and changes to the others (F39)', () => {
    const mine = entitlementsOf(source())

    expect(planStanding('pro', mine)).toBe('manage')
    expect(planStanding('team', mine)).toBe('change')
  })

  it('who is past due or on hold is not sold the same plan again (F41)', () => {
    expect(planStanding('pro', entitlementsOf(source({ pastDueSince: NOW })))).toBe('manage')
    expect(planStanding('pro', entitlementsOf(source({ holds: ['dispute'] })))).toBe('manage')
  })

  it('a plan that was given can still be bought', () => {
    expect(planStanding('pro', entitlementsOf(gift))).toBe('buy')
  })

  it('what is paid for good is owned, what runs out can be bought again', () => {
    expect(planStanding('lifetime', entitlementsOf(lifetime))).toBe('owned')
    expect(planStanding('pass', entitlementsOf(pass))).toBe('buy')
  })

  it('a one-time payment leaves the subscriptions to be bought', () => {
    expect(planStanding('pro', entitlementsOf(lifetime))).toBe('buy')
  })
})

describe('the free plan', () => {
  it('is the plan of who is signed in and has nothing else', () => {
    expect(isOnFreePlan(entitlementsOf())).toBe(true)
    expect(isOnFreePlan(null)).toBe(false)
    expect(isOnFreePlan(entitlementsOf(source()))).toBe(false)
    expect(isOnFreePlan(entitlementsOf(source({ holds: ['refund'] })))).toBe(false)
  })
})
