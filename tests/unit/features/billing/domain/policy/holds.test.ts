import { describe, expect, test } from 'vitest'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import type {
  EntitlementSource,
  HoldFact,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { type DisputeStatus, type Policy, policy } from '#src/features/billing/domain/policy/policy.ts'
import { proUntil } from '#tests/support/entitlements.ts'

const NOW = 1_800_000_000_000
const MONTH_END = NOW + 1_000
const NEXT_MONTH_END = NOW + 2_000

type Refund = Extract<HoldFact, { kind: 'refund' }>
const refund = (changes: Partial<Refund> = {}): Refund => ({
  kind: 'refund',
  paymentId: 'pi_1',
  settled: 1900,
  pending: 0,
  paid: 1900,
  periodEnd: null,
  ...changes,
})
const dispute = (status: string, periodEnd: number | null = null): HoldFact => ({
  kind: 'dispute',
  disputeId: 'dp_1',
  status,
  periodEnd,
})

/** What holds Pro back, under a policy that differs from the house's in this. */
function holds(
  facts: readonly HoldFact[],
  source: Partial<EntitlementSource> = {},
  changes: Partial<Policy> = {},
) {
  const pro = proUntil('u', null)
  const sources = pro.sources.map((one) => ({ ...one, holds: facts, ...source }))
  const { held } = decideEntitlements({ ...pro, sources }, NOW, 'postgres', { ...policy, ...changes })
  return held.flatMap((entitlement) => entitlement.holds)
}

describe('a refund, by its share of what was paid', () => {
  const partial = { ...policy.refund, holdAtShare: 0.5 }

  test.each<[string, Partial<Refund>, Partial<Policy>, string[]]>([
    ['all of it', {}, {}, ['refund']],
    ['all but a cent', { settled: 1899 }, {}, []],
    ['nothing', { settled: 0 }, {}, []],
    ['more than was paid', { settled: 2000 }, {}, ['refund']],
    ['the rest is on its way', { settled: 900, pending: 1000 }, {}, ['refund']],
    [
      'what is on its way does not count',
      { settled: 900, pending: 1000 },
      { refund: { ...policy.refund, countPending: false } },
      [],
    ],
    ['of a payment whose size is not known', { settled: 1, paid: null }, {}, ['refund']],
    ['half of it, where half is enough', { settled: 950 }, { refund: partial }, ['refund']],
    ['a cent less than half, where half is enough', { settled: 949 }, { refund: partial }, []],
    [
      'nothing, where nothing is enough',
      { settled: 0 },
      { refund: { ...policy.refund, holdAtShare: 0 } },
      [],
    ],
  ])('%s', (_, fact, changes, expected) => {
    expect(holds([refund(fact)], {}, changes)).toEqual(expected)
  })
})

describe('F20, F86: a dispute, by its status alone', () => {
  test.each<[DisputeStatus, string[]]>([
    ['warning_needs_response', []],
    ['warning_under_review', []],
    ['warning_closed', []],
    ['needs_response', ['dispute']],
    ['under_review', ['dispute']],
    ['appeal_needs_response', ['dispute']],
    ['appeal_under_review', ['dispute']],
    ['lost', ['dispute']],
    ['won', []],
    ['prevented', []],
  ])('%s', (status, expected) => {
    expect(holds([dispute(status)])).toEqual(expected)
  })
})

describe('a month that was given back', () => {
  const facts = [refund({ periodEnd: MONTH_END }), dispute('lost', MONTH_END)]

  test.each<[string, number | null, string[]]>([
    ['holds its subscription while nothing else was paid', null, ['refund', 'dispute']],
    ['holds it when its own invoice is the latest that was paid', MONTH_END, ['refund', 'dispute']],
    ['no longer holds it when a later period is paid', NEXT_MONTH_END, []],
  ])('%s', (_, paidThrough, expected) => {
    expect(holds(facts, { paidThrough })).toEqual(expected)
  })

  test('holds it for good where the house says so', () => {
    const forGood = { refund: { ...policy.refund, heldUntilNextPayment: false } }
    expect(holds(facts, { paidThrough: NEXT_MONTH_END }, forGood)).toEqual(['refund', 'dispute'])
  })

  test('is another thing than a payment that paid for no period: that one is never lifted by a month', () => {
    expect(holds([refund()], { paidThrough: NEXT_MONTH_END })).toEqual(['refund'])
  })
})

describe('what the house decides to hold for', () => {
  const warning: HoldFact = { kind: 'fraud_warning', warningId: 'issfr_1', periodEnd: null }
  const invoice = (status: 'void' | 'uncollectible'): HoldFact => ({
    kind: 'invoice',
    invoiceId: 'in_1',
    status,
    periodEnd: MONTH_END,
  })

  test.each<[string, HoldFact, Partial<Policy>, string[]]>([
    ['a warning of fraud is reported and holds nothing', warning, {}, []],
    ['unless the house wants it to', warning, { fraudWarning: 'hold' }, ['fraud_warning']],
    ['a void invoice holds nothing', invoice('void'), {}, []],
    [
      'unless the house wants it to',
      invoice('void'),
      { invoice: { void: 'hold', uncollectible: 'keep' } },
      ['invoice'],
    ],
    ['an uncollectible invoice holds nothing', invoice('uncollectible'), {}, []],
    [
      'unless the house wants it to',
      invoice('uncollectible'),
      { invoice: { void: 'keep', uncollectible: 'hold' } },
      ['invoice'],
    ],
  ])('%s', (_, fact, changes, expected) => {
    expect(holds([fact], {}, changes)).toEqual(expected)
  })
})

describe('the first period of a renewal', () => {
  const cautious = { renewal: { ...policy.renewal, trustRollover: false } }
  const decide = (
    paidThrough: number | null,
    now: number,
    changes: Partial<Policy>,
    ofSource: Partial<EntitlementSource> = {},
  ) => {
    const pro = proUntil('u', NEXT_MONTH_END)
    const sources = pro.sources.map((source) => ({ ...source, paidThrough, ...ofSource }))
    return decideEntitlements({ ...pro, sources }, now, 'postgres', { ...policy, ...changes }).active.length
  }

  test('counts from the word of it', () => {
    expect(decide(null, NOW, {})).toBe(1)
  })

  test('counts from its payment where the house is cautious, with the slack after the last one', () => {
    const slack = 3 * 86_400_000
    expect(decide(null, NOW, cautious)).toBe(0)
    expect(decide(NOW - slack + 1, NOW, cautious)).toBe(1)
    expect(decide(NOW - slack, NOW, cautious)).toBe(0)
  })

  test('counts as far as it was paid where the subscription names no end, and never beyond one that it names', () => {
    const open = proUntil('u', null).sources[0]?.items ?? []
    expect(decide(NOW, NOW, cautious, { expiresAt: null, items: open })).toBe(1)
    expect(decide(null, NOW, cautious, { expiresAt: null, items: open })).toBe(0)
    expect(decide(NOW, NOW, cautious, { expiresAt: NOW + 1, items: open })).toBe(1)
    expect(decide(NOW, NOW, cautious, { expiresAt: NOW, items: open })).toBe(0)
  })

  test.each<[string, Partial<EntitlementSource>]>([
    ['a trial, for which nothing is paid', { status: 'trialing' }],
    ['a subscription that is past due, which has its grace', { status: 'past_due' }],
    ['a grant by hand', { kind: 'manual' }],
    ['what was paid once', { kind: 'payment' }],
  ])('is no affair of %s', (_, ofSource) => {
    expect(decide(null, NOW, cautious, ofSource)).toBe(1)
  })
})
