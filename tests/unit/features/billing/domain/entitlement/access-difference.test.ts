import { describe, expect, it } from 'vitest'
import { accessDifference } from '#src/features/billing/domain/entitlement/access-difference.ts'
import type {
  EntitlementSource,
  UserEntitlements,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'

const NOW = Date.UTC(2026, 10, 25)
const LATER = NOW + 86_400_000

const pro: EntitlementSource = {
  kind: 'subscription',
  sourceId: 'sub_1',
  status: 'active',
  items: [{ plan: 'pro', planVersion: 1, quantity: 1, interval: 'month', expiresAt: LATER }],
  expiresAt: LATER,
  renewsAt: null,
  cancelsAt: null,
  pastDueSince: null,
  paidAt: null,
  durationMs: null,
  paidThrough: null,
  holds: [],
  stripeEventId: 'evt_1',
}

const having = (...sources: EntitlementSource[]): UserEntitlements => ({
  userId: 'u1',
  version: { epoch: 1, counter: sources.length },
  sources,
})

describe("the difference between two states of a user's access", () => {
  it('is none where the same sources give the same, whatever the version and the event', () => {
    const again = having({ ...pro, stripeEventId: 'evt_2' })

    expect(accessDifference(having(pro), { ...again, version: { epoch: 2, counter: 9 } }, NOW)).toBeNull()
  })

  it('names the features that a new source opens', () => {
    expect(accessDifference(having(), having(pro), NOW)).toEqual({
      userId: 'u1',
      featuresGained: ['insights', 'export', 'api'],
      featuresLost: [],
      sources: [
        { sourceId: 'sub_1', before: null, after: 'pro × 1, active, until 2026-11-26T00:00:00.000Z' },
      ],
    })
  })

  it('names a hold that takes them away, and the source that it is on', () => {
    expect(
      accessDifference(
        having(pro),
        having({ ...pro, holds: [{ kind: 'dispute', disputeId: 'dp_1', status: 'lost', periodEnd: null }] }),
        NOW,
      ),
    ).toMatchObject({
      featuresGained: [],
      featuresLost: ['insights', 'export', 'api'],
      sources: [{ sourceId: 'sub_1', after: expect.stringContaining('held back by dispute') }],
    })
  })

  it('tells a new end although no feature comes or goes', () => {
    const longer = { ...pro, expiresAt: null, items: pro.items.map((item) => ({ ...item, expiresAt: null })) }

    expect(accessDifference(having(pro), having(longer), NOW)).toMatchObject({
      featuresGained: [],
      sources: [{ after: 'pro × 1, active, for good' }],
    })
  })

  it('names every hold and every item of a source', () => {
    const items = [
      ...pro.items,
      ...pro.items.map((item) => ({ ...item, plan: 'team' as const, quantity: 3 })),
    ]
    const refund = {
      kind: 'refund',
      paymentId: 'pi_1',
      settled: 1,
      pending: 0,
      paid: 1,
      periodEnd: null,
    } as const
    const until = 'until 2026-11-26T00:00:00.000Z, held back by refund and pause'

    expect(
      accessDifference(having(), having({ ...pro, items, holds: [refund, { kind: 'pause' }] }), NOW),
    ).toMatchObject({ sources: [{ after: `pro × 1, active, ${until}; team × 3, active, ${until}` }] })
  })

  it('I5: what has expired is not there on either side', () => {
    expect(accessDifference(having(), having(pro), LATER)).toBeNull()
  })
})
