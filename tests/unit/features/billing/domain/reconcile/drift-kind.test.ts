import { describe, expect, test } from 'vitest'
import type {
  EntitlementSource,
  GrantedItem,
  HoldFact,
  UserEntitlements,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { driftOf } from '#src/features/billing/domain/reconcile/drift-kind.ts'
import { nothing, proUntil } from '#tests/support/entitlements.ts'

const NOW = Date.UTC(2026, 10, 25)
const END = Date.UTC(2026, 11, 25)
const REFUNDED: HoldFact = {
  kind: 'refund',
  paymentId: 'pi_1',
  settled: 1,
  pending: 0,
  paid: 1,
  periodEnd: null,
}

/** Pro until its end, differing in this. */
function pro(source: Partial<EntitlementSource> = {}, item: Partial<GrantedItem> = {}): UserEntitlements {
  const known = proUntil('u', END)
  const sources = known.sources.map((one) => ({
    ...one,
    items: one.items.map((each) => ({ ...each, ...item })),
    ...source,
  }))
  return { ...known, sources }
}
const drift = (before: UserEntitlements, after: UserEntitlements) =>
  driftOf({ sourceId: 'sub_1', before, after }, NOW)

describe('how a source stood apart from what Stripe says', () => {
  test('not at all, where a user would notice nothing', () => {
    expect(drift(pro(), pro({ stripeEventId: 'evt_2' }))).toBeNull()
    expect(drift(nothing('u'), nothing('u'))).toBeNull()
  })

  test.each([
    ['missed_grant', nothing('u'), pro()],
    ['missed_grant', pro({ expiresAt: NOW }), pro()],
    ['phantom_grant', pro(), nothing('u')],
    ['phantom_grant', pro(), pro({ holds: [REFUNDED] })],
    ['wrong_plan', pro(), pro({}, { plan: 'team' })],
    ['wrong_plan', pro(), pro({}, { planVersion: 2 })],
    ['wrong_plan', pro(), pro({}, { quantity: 2 })],
    ['wrong_expiry', pro(), pro({ expiresAt: END - 1 })],
    ['wrong_state', pro(), pro({ status: 'past_due' })],
    ['wrong_state', pro(), pro({ renewsAt: END })],
    ['wrong_state', pro(), pro({ cancelsAt: END })],
    ['wrong_state', pro({ holds: [REFUNDED] }), pro({ holds: [REFUNDED, { kind: 'pause' }] })],
    ['wrong_plan', pro({ holds: [REFUNDED] }), pro({ holds: [REFUNDED] }, { plan: 'team' })],
    ['wrong_plan', pro({ holds: [REFUNDED] }), nothing('u')],
  ])('%s', (kind, before, after) => {
    expect(drift(before, after)).toMatchObject({ kind, objectId: 'sub_1', userId: 'u' })
  })

  test('another source is told of where it moved instead: a pass begins where the one before it ends', () => {
    const other = (expiresAt: number) => pro({ sourceId: 'pi_2', expiresAt }).sources
    const before = { ...pro(), sources: other(NOW) }
    const after = { ...pro(), sources: [...pro({ expiresAt: NOW }).sources, ...other(END)] }

    expect(drift(before, after)).toMatchObject({ kind: 'missed_grant', objectId: 'pi_2' })
    expect(drift(after, before)).toMatchObject({ kind: 'phantom_grant', objectId: 'pi_2' })
    expect(drift(before, before)).toBeNull()
    expect(drift(pro(), { ...nothing('u'), sources: other(END) })).toMatchObject({ objectId: 'sub_1' })
  })

  test('is told in one line a side', () => {
    expect(drift(pro(), pro({ expiresAt: null }, { expiresAt: null, quantity: 2 }))).toEqual({
      kind: 'wrong_plan',
      objectId: 'sub_1',
      userId: 'u',
      ours: 'pro × 1, active, until 2026-12-25T00:00:00.000Z',
      stripes: 'pro × 2, active, for good',
    })
  })

  test('names each hold, each item, and nothing where there is none', () => {
    const items = pro().sources.flatMap((source) => [
      ...source.items,
      ...source.items.map((item) => ({ ...item, plan: 'team' as const, quantity: 3 })),
    ])
    const until = 'until 2026-12-25T00:00:00.000Z'
    expect(drift(pro({ items, holds: [REFUNDED, { kind: 'pause' }] }), nothing('u'))).toMatchObject({
      ours: `pro × 1, active, ${until}, held: refund, held: pause; team × 3, active, ${until}, held: refund, held: pause`,
      stripes: null,
    })
  })
})
