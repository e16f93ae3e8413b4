import { describe, expect, test } from 'vitest'
import { accessAt, decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import { nextExpiry } from '#src/features/billing/domain/entitlement/judge-sources.ts'
import type { EntitlementSource } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { proUntil } from '#tests/support/entitlements.ts'

const DAY = 86_400_000
const START = 1_800_000_000_000
const REFUND = {
  kind: 'refund',
  paymentId: 'pi_1',
  settled: 2500,
  pending: 0,
  paid: 2500,
  periodEnd: null,
} as const

const bought = (
  plan: 'pass' | 'lifetime' | 'api_pack',
  sourceId: string,
  changes: Partial<EntitlementSource> = {},
) => ({
  kind: 'payment' as const,
  sourceId,
  status: 'paid',
  items: [{ plan, planVersion: 1, quantity: 1, interval: null, expiresAt: null }],
  expiresAt: null,
  renewsAt: null,
  cancelsAt: null,
  pastDueSince: null,
  paidAt: null,
  durationMs: null,
  paidThrough: null,
  holds: [],
  stripeEventId: null,
  ...changes,
})
const pass = (sourceId: string, day: number, changes: Partial<EntitlementSource> = {}) => {
  const paidAt = START + day * DAY
  return bought('pass', sourceId, { paidAt, durationMs: 30 * DAY, expiresAt: paidAt + 30 * DAY, ...changes })
}
const having = (...sources: readonly EntitlementSource[]) => ({ ...proUntil('u', null), sources })
const at = (day: number, ...sources: readonly EntitlementSource[]) =>
  decideEntitlements(having(...sources), START + day * DAY, 'postgres')
const lastDay = (...sources: readonly EntitlementSource[]) =>
  [...Array(200).keys()].filter((day) => at(day, ...sources).active.length > 0).at(-1)

describe('passes of one plan stand end to end', () => {
  test('two passes of 30 days are 60, in whichever order they are learned of', () => {
    expect(lastDay(pass('a', 0), pass('b', 10))).toBe(59)
    expect(lastDay(pass('b', 10), pass('a', 0))).toBe(59)
    expect(lastDay(pass('a', 0), pass('b', 0))).toBe(59)
  })

  test('a pass that is bought after the other has ended begins when it is bought', () => {
    expect(lastDay(pass('a', 0), pass('b', 40))).toBe(69)
    expect(at(35, pass('a', 0), pass('b', 40)).active.map(({ sourceId }) => sourceId)).toEqual(['b'])
  })

  test('a pass that was given back gives no time to the others', () => {
    expect(lastDay(pass('a', 0, { holds: [REFUND] }), pass('b', 10))).toBe(39)
    expect(lastDay(pass('a', 0), pass('b', 10, { holds: [REFUND] }))).toBe(29)
  })

  test('of two that were paid at one instant each has its own thirty days, always in the same order', () => {
    const ends = (...sources: readonly EntitlementSource[]) =>
      Object.fromEntries(at(1, ...sources).active.map(({ sourceId, expiresAt }) => [sourceId, expiresAt]))
    const [first, second, third] = [30, 60, 90].map((day) => START + day * DAY)

    expect(ends(pass('a', 0), pass('b', 0), pass('c', 0))).toEqual({ a: first, b: second, c: third })
    expect(ends(pass('c', 0), pass('b', 0), pass('a', 0))).toEqual({ a: first, b: second, c: third })
    expect(ends(pass('b', 0), pass('c', 0), pass('a', 0))).toEqual({ a: first, b: second, c: third })
  })

  test('passes of different plans run side by side', () => {
    const other = { ...pass('b', 10), items: bought('lifetime', 'b').items }
    expect(lastDay(pass('a', 0), other)).toBe(39)
  })

  test('a pass without a plan opens nothing, and takes nothing from the others', () => {
    expect(lastDay(pass('a', 0, { items: [] }), pass('b', 0))).toBe(29)
  })

  test('a pass is what runs for a time from an instant, and nothing else', () => {
    expect(at(300, bought('lifetime', 'a', { paidAt: START })).active).toMatchObject([{ expiresAt: null }])
    expect(at(300, bought('pass', 'a', { durationMs: DAY })).active).toMatchObject([{ expiresAt: null }])
  })

  test('I5: what is cached is asked for again when the first of them ends', () => {
    expect(nextExpiry(having(pass('a', 0), pass('b', 10)), START, policy)).toBe(START + 30 * DAY)
  })
})

describe('what lasts for life', () => {
  test('lasts', () => {
    expect(at(10_000, bought('lifetime', 'pi_1')).active).toMatchObject([
      { plan: 'lifetime', expiresAt: null },
    ])
  })

  test('F26: ends with its refund', () => {
    const decided = at(1, bought('lifetime', 'pi_1', { holds: [REFUND] }))
    expect(decided).toMatchObject({ active: [], held: [{ plan: 'lifetime', holds: ['refund'] }] })
  })

  test('packs add to the limit of the plan, each of them', () => {
    const pro = proUntil('u', null).sources
    const packs = [bought('api_pack', 'pi_1'), bought('api_pack', 'pi_2')]
    expect(at(1, ...packs).limits.api_calls).toBe(100_000)
    expect(at(1, ...pro, ...packs).limits.api_calls).toBe(200_000)
  })

  test('F38: a pack that is refunded leaves the limit at once, whether or not it was used: below what was used it is a debt', () => {
    const used = 90_000
    const kept = bought('api_pack', 'pi_2')
    const before = at(1, bought('api_pack', 'pi_1'), kept).limits.api_calls ?? 0
    const after = at(1, bought('api_pack', 'pi_1', { holds: [REFUND] }), kept).limits.api_calls ?? 0

    expect(before - used).toBe(10_000)
    expect(after - used).toBe(-40_000)
  })

  test('F38: a plan that is refunded, and a smaller one after a larger, leave the limit at once', () => {
    const [pro] = proUntil('u', null).sources
    if (pro === undefined) throw new Error('no source')
    const team = { ...pro, items: pro.items.map((item) => ({ ...item, plan: 'team' as const, quantity: 3 })) }
    const smaller = { ...team, items: team.items.map((item) => ({ ...item, quantity: 1 })) }

    expect([at(1, team).limits.seats, at(1, smaller).limits.seats]).toEqual([3, 1])
    expect(at(1, { ...team, holds: [{ ...REFUND }] }).limits).toEqual(at(1).limits)
  })
})

describe('an add-on', () => {
  const withItems = (...plans: ('pro' | 'team' | 'audit')[]) =>
    proUntil('u', null).sources.map((source) => ({
      ...source,
      items: plans.map((plan) => ({
        plan,
        planVersion: 1,
        quantity: 1,
        interval: 'month' as const,
        expiresAt: null,
      })),
    }))

  test('opens its features beside its base', () => {
    expect(at(0, ...withItems('pro', 'audit')).features).toContain('audit_log')
  })

  test('opens nothing without it, and says why', () => {
    const decided = at(0, ...withItems('audit'))
    expect(decided.features).not.toContain('audit_log')
    expect(decided.held).toMatchObject([{ plan: 'audit', holds: ['no_base'] }])
  })

  test('opens nothing while its base is held', () => {
    const decided = at(0, ...withItems('pro', 'audit').map((source) => ({ ...source, holds: [REFUND] })))
    expect(decided.active).toEqual([])
  })

  test('opens nothing while its base from another source is held', () => {
    const held = {
      ...proUntil('u', null).sources[0],
      sourceId: 'sub_2',
      holds: [REFUND],
    } as EntitlementSource
    expect(at(0, ...withItems('audit'), held).features).not.toContain('audit_log')
  })

  test('opens its features by itself where the house says so', () => {
    const alone = { ...policy, addOn: { needsBase: false } }
    expect(accessAt(having(...withItems('audit')), START, alone).features).toContain('audit_log')
  })

  test('stands on a base from another source', () => {
    const comp = {
      ...proUntil('u', null).sources[0],
      kind: 'manual',
      sourceId: 'grant_1',
    } as EntitlementSource
    expect(at(0, ...withItems('audit'), comp).features).toContain('audit_log')
  })
})

describe('several sources', () => {
  test('two subscriptions of one plan add the limits that add up, and take the larger of the others', () => {
    const [pro] = proUntil('u', null).sources
    const second = { ...pro, sourceId: 'sub_2' } as EntitlementSource
    expect(at(0, pro as EntitlementSource, second).limits).toMatchObject({ projects: 50, api_calls: 200_000 })
  })
})
