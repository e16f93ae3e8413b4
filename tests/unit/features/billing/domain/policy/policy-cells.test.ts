import { describe, expect, test } from 'vitest'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { subscriptionAccess } from '#src/features/billing/domain/policy/subscription-access.ts'
import { itemFacts, PERIOD_END, subscriptionFacts } from '#tests/support/stripe-facts.ts'

const TRIAL_END = PERIOD_END - 500
const CANCEL_AT = PERIOD_END - 1_000
const SLACK = 3 * 86_400
const GRACE = 7 * 86_400

/** For each status, each way to be cancelled and each trial: access until this instant, or why not. */
const renews = (end: number) => `until ${end + SLACK}, renews`
const ends = (end: number) => `until ${end}`
const grace = `${GRACE} s from past due`
const graceBefore = (end: number) => `${grace}, not after ${end}`

const EXPECTED: Readonly<Record<string, readonly [renewing: string, atPeriodEnd: string, atADate: string]>> =
  {
    'trialing, with a trial': [renews(TRIAL_END), ends(PERIOD_END), ends(CANCEL_AT)],
    'trialing, without a trial': ['unknown_shape', 'unknown_shape', 'unknown_shape'],
    'active, with a trial': [renews(PERIOD_END), ends(PERIOD_END), ends(CANCEL_AT)],
    'active, without a trial': [renews(PERIOD_END), ends(PERIOD_END), ends(CANCEL_AT)],
    'past_due, with a trial': [grace, graceBefore(PERIOD_END), graceBefore(CANCEL_AT)],
    'past_due, without a trial': [grace, graceBefore(PERIOD_END), graceBefore(CANCEL_AT)],
    'incomplete, with a trial': ['none', 'none', 'none'],
    'incomplete, without a trial': ['none', 'none', 'none'],
    'unpaid, with a trial': ['none', 'none', 'none'],
    'unpaid, without a trial': ['none', 'none', 'none'],
    'paused, with a trial': ['none', 'none', 'none'],
    'paused, without a trial': ['none', 'none', 'none'],
    'canceled, with a trial': ['over', 'over', 'over'],
    'canceled, without a trial': ['over', 'over', 'over'],
    'incomplete_expired, with a trial': ['over', 'over', 'over'],
    'incomplete_expired, without a trial': ['over', 'over', 'over'],
    'a_word_of_tomorrow, with a trial': ['unknown_status', 'unknown_status', 'unknown_status'],
    'a_word_of_tomorrow, without a trial': ['unknown_status', 'unknown_status', 'unknown_status'],
  }

/** Under a policy by which a pause of collection withholds, only what Stripe would collect for is withheld. */
const WITHHELD_BY_PAUSE = ['active', 'past_due']

const CANCELLATIONS = [
  { name: 'renewing', cancelAtPeriodEnd: false, cancelAt: null },
  { name: 'at period end', cancelAtPeriodEnd: true, cancelAt: null },
  { name: 'at a date', cancelAtPeriodEnd: false, cancelAt: CANCEL_AT },
]

const cells = Object.entries(EXPECTED).flatMap(([row, answers]) =>
  CANCELLATIONS.flatMap((cancellation, column) =>
    [false, true].map((collectionPaused) => ({
      status: row.slice(0, row.indexOf(',')),
      trialEnd: row.endsWith('with a trial') ? TRIAL_END : null,
      cancellation,
      collectionPaused,
      expected: answers[column] ?? '',
    })),
  ),
)

function answer(
  { status, trialEnd, cancellation, collectionPaused }: (typeof cells)[number],
  rules = policy,
) {
  const { cancelAt, cancelAtPeriodEnd } = cancellation
  const facts = subscriptionFacts({ status, trialEnd, cancelAt, cancelAtPeriodEnd, collectionPaused })
  const access = subscriptionAccess(facts, rules)
  switch (access.kind) {
    case 'until':
      return `until ${access.endOf(itemFacts())}${access.renews ? ', renews' : ''}`
    case 'grace':
      return `${access.graceSeconds} s from past due${access.notAfter === null ? '' : `, not after ${access.notAfter}`}`
    case 'none':
      return access.terminal ? 'over' : 'none'
    case 'unknown':
      return access.reason
  }
}

describe('F81: status × pause of collection × cancellation × trial: every cell has an answer', () => {
  test('and they are these', () => {
    expect(cells.map((cell) => [cell.status, cell.cancellation.name, answer(cell)])).toEqual(
      cells.map(({ status, cancellation, expected }) => [status, cancellation.name, expected]),
    )
    expect(cells).toHaveLength(9 * 2 * 3 * 2)
  })

  test('where the house lets a pause of collection withhold, it does so where there is something to collect', () => {
    const strict = { ...policy, pauseCollection: 'hold' } as const
    const withheld = cells.filter(
      ({ status, collectionPaused }) => collectionPaused && WITHHELD_BY_PAUSE.includes(status),
    )

    expect(new Set(withheld.map((cell) => answer(cell, strict)))).toEqual(new Set(['none']))
    const others = cells.filter((cell) => !withheld.includes(cell))
    expect(others.map((cell) => answer(cell, strict))).toEqual(others.map(({ expected }) => expected))
  })

  test('where the house gives no trial access, a trial gives none', () => {
    const strict = { ...policy, trial: { ...policy.trial, access: false } }
    const trials = cells.filter(({ status }) => status === 'trialing')

    expect(new Set(trials.map((cell) => answer(cell, strict)))).toEqual(new Set(['none']))
  })
})
