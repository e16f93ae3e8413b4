import { describe, expect, test } from 'vitest'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import type {
  EntitlementSource,
  GrantedItem,
  HoldFact,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { USER_ID } from '#tests/support/stripe-facts.ts'

const NOW = 1_800_000_000_000

function item(changes: Partial<GrantedItem> = {}): GrantedItem {
  return { plan: 'pro', planVersion: 1, quantity: 1, interval: 'month', expiresAt: NOW + 1_000, ...changes }
}

function source(changes: Partial<EntitlementSource> = {}): EntitlementSource {
  return {
    kind: 'subscription',
    sourceId: 'sub_1',
    status: 'active',
    items: [item()],
    expiresAt: null,
    renewsAt: null,
    cancelsAt: null,
    pastDueSince: null,
    paidAt: null,
    durationMs: null,
    paidThrough: null,
    holds: [],
    stripeEventId: 'evt_1',
    ...changes,
  }
}

const REFUNDED: HoldFact = {
  kind: 'refund',
  paymentId: 'pi_1',
  settled: 1900,
  pending: 0,
  paid: 1900,
  periodEnd: null,
}
const DISPUTED: HoldFact = { kind: 'dispute', disputeId: 'dp_1', status: 'needs_response', periodEnd: null }

function decide(sources: readonly EntitlementSource[], now = NOW) {
  return decideEntitlements({ userId: USER_ID, version: { epoch: 1, counter: 1 }, sources }, now, 'postgres')
}

const FREE = { features: ['projects'], limits: { projects: 3, seats: 1 } }
const PRO = {
  features: ['projects', 'insights', 'export', 'api'],
  limits: { projects: 50, seats: 1, api_calls: 100_000 },
}

test('nobody without a source has less, or more, than the free plan', () => {
  expect(decide([])).toEqual({ userId: USER_ID, asOf: NOW, ...FREE, active: [], held: [], layer: 'postgres' })
})

test('a source gives what its plan opens, and says why', () => {
  expect(decide([source({ renewsAt: NOW + 5, pastDueSince: NOW - 5 })])).toEqual({
    userId: USER_ID,
    asOf: NOW,
    ...PRO,
    active: [
      {
        kind: 'subscription',
        sourceId: 'sub_1',
        status: 'active',
        plan: 'pro',
        planVersion: 1,
        quantity: 1,
        interval: 'month',
        expiresAt: NOW + 1_000,
        renewsAt: NOW + 5,
        cancelsAt: null,
        pastDueSince: NOW - 5,
        holds: [],
        stripeEventId: 'evt_1',
      },
    ],
    held: [],
    layer: 'postgres',
  })
})

describe('I5: expiry is exact at the millisecond', () => {
  const END = NOW + 1_000

  test.each([
    ['an item', source({ items: [item({ expiresAt: END })] })],
    ['its source', source({ items: [item({ expiresAt: null })], expiresAt: END })],
    ['the source before its item', source({ items: [item({ expiresAt: END + 9 })], expiresAt: END })],
    ['the item before its source', source({ items: [item({ expiresAt: END })], expiresAt: END + 9 })],
  ])('the end of %s', (_, given) => {
    expect(decide([given], END - 1)).toMatchObject(PRO)
    expect(decide([given], END)).toMatchObject({ ...FREE, active: [], held: [] })
    expect(decide([given], END + 1)).toMatchObject({ ...FREE, active: [], held: [] })
  })

  test('what has no end never ends', () => {
    const lifetime = source({ items: [item({ plan: 'lifetime', interval: null, expiresAt: null })] })
    expect(decide([lifetime], Number.MAX_SAFE_INTEGER)).toMatchObject(PRO)
  })

  test('one item ends and the other goes on', () => {
    const items = [item({ expiresAt: NOW }), item({ plan: 'team', quantity: 4, expiresAt: NOW + 1 })]
    expect(decide([source({ items })]).active.map(({ plan }) => plan)).toEqual(['team'])
  })
})

describe('F11: sources add up', () => {
  test('two subscriptions give the features of both, once each', () => {
    const team = source({ sourceId: 'sub_2', items: [item({ plan: 'team', quantity: 5 })] })
    expect(decide([source(), team]).features).toEqual([
      'projects',
      'insights',
      'export',
      'api',
      'audit_log',
      'priority_support',
    ])
  })

  test('a limit that combines by the maximum takes the largest; one that adds takes the sum; seats come from the quantity', () => {
    const team = source({ sourceId: 'sub_2', items: [item({ plan: 'team', quantity: 5 })] })
    expect(decide([source(), team]).limits).toEqual({ projects: 500, seats: 1 + 5, api_calls: 1_100_000 })
  })

  test('the free plan is the least that anybody has, and is not added to what was bought', () => {
    const pass = source({ kind: 'payment', items: [item({ plan: 'pass', interval: null })] })
    expect(decide([pass]).limits).toEqual({ projects: 50, seats: 1 })
  })

  test('a grant by hand survives the end of a subscription', () => {
    const comp = source({ kind: 'manual', sourceId: 'comp_1', items: [item({ expiresAt: null })] })
    const ended = source({ items: [item({ expiresAt: NOW - 1 })] })
    expect(decide([ended, comp])).toMatchObject({ ...PRO, active: [{ kind: 'manual' }] })
  })
})

describe('F26: a hold withholds access without ending it', () => {
  test.each([
    [['refund'], [REFUNDED]],
    [['dispute'], [DISPUTED]],
    [['pause'], [{ kind: 'pause' }]],
    [
      ['refund', 'dispute'],
      [REFUNDED, DISPUTED],
    ],
  ] as const)('%j', (kinds, holds) => {
    const decided = decide([source({ holds })])
    expect(decided).toMatchObject({ ...FREE, active: [], held: [{ sourceId: 'sub_1', holds: kinds }] })
  })

  test('a hold on one source leaves the others alone', () => {
    const pass = source({
      kind: 'payment',
      sourceId: 'pi_1',
      items: [item({ plan: 'pass', interval: null })],
    })
    const decided = decide([source({ holds: [DISPUTED] }), pass])
    expect(decided.active.map(({ sourceId }) => sourceId)).toEqual(['pi_1'])
    expect(decided.features).toEqual(['projects', 'insights', 'export'])
  })

  test('what is held and expired is not even held', () => {
    expect(decide([source({ holds: [REFUNDED], expiresAt: NOW })]).held).toEqual([])
  })
})

test('a version of a plan that the running code does not know opens nothing', () => {
  const decided = decide([source({ items: [item({ planVersion: 99 })] })])
  expect(decided).toMatchObject({ ...FREE, active: [{ plan: 'pro', planVersion: 99 }] })
})
