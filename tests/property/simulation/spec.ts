import fc from 'fast-check'

/** The words of a subscription's life; one that is not possible in its state does nothing. */
export const SUBSCRIPTION_ACTS = [
  'renew',
  'renewal_fails',
  'recover',
  'give_up_unpaid',
  'cancel_at_period_end',
  'keep',
  'cancel_now',
  'pause',
  'resume',
  'pause_collection',
  'resume_collection',
  'change_plan',
  'upgrade',
  'change_quantity',
  'end_trial',
  'pay_first_invoice',
  'expire_incomplete',
  'touch_metadata',
] as const

/** What can happen to money that was paid, whatever it was for. */
export const MONEY_ACTS = [
  'refund',
  'refund_half',
  'refund_fails',
  'dispute',
  'inquire',
  'win_dispute',
  'lose_dispute',
  'warn_of_fraud',
] as const

/** The words of a one-time payment's life after its session. */
export const PAYMENT_ACTS = ['settle', 'settlement_fails'] as const

export type Act =
  | (typeof SUBSCRIPTION_ACTS)[number]
  | (typeof MONEY_ACTS)[number]
  | (typeof PAYMENT_ACTS)[number]

/** Whether the act is one upon money. */
export function isMoneyAct(act: Act): act is (typeof MONEY_ACTS)[number] {
  return (MONEY_ACTS as readonly string[]).includes(act)
}

/** Seconds between two acts: the same second, the next one, and far more. */
const GAPS = [0, 0, 0, 1, 1, 60, 3_600, 86_400, 8 * 86_400, 31 * 86_400]

export interface SourceSpec {
  readonly kind: 'subscription' | 'payment'
  /** Whether the subscription itself names the user; the Checkout session always does. */
  readonly namesUser: boolean
  readonly start: 'active' | 'trialing' | 'incomplete' | 'paid' | 'unpaid' | 'free'
  readonly lookupKey: string
  readonly startGap: number
  readonly life: readonly { readonly act: Act; readonly gap: number }[]
}

/** What a history is made from: it shrinks to fewer users, sources and acts. */
export interface HistorySpec {
  readonly users: readonly { readonly sources: readonly SourceSpec[] }[]
}

const gap = fc.constantFrom(...GAPS)

/** Lives that chance writes too seldom. */
const PLOTS: readonly (readonly Act[])[] = [
  ['dispute', 'cancel_now', 'win_dispute'],
  ['refund', 'renew', 'renewal_fails'],
]

type Life = SourceSpec['life']

const anyLife = (acts: readonly Act[], actsMax: number): fc.Arbitrary<Life> =>
  fc.array(fc.record({ act: fc.constantFrom(...acts), gap }), { maxLength: actsMax })

const plots: fc.Arbitrary<Life> = fc
  .constantFrom(...PLOTS)
  .chain((plot) => fc.tuple(...plot.map((act) => fc.record({ act: fc.constant(act), gap }))))

const subscription = (acts: readonly Act[], actsMax: number): fc.Arbitrary<SourceSpec> =>
  fc.record({
    kind: fc.constant('subscription' as const),
    namesUser: fc.boolean(),
    start: fc.constantFrom('active' as const, 'active' as const, 'trialing' as const, 'incomplete' as const),
    lookupKey: fc.constantFrom(
      'tollgate_pro_monthly_v1',
      'tollgate_pro_yearly_v1',
      'tollgate_team_monthly_v1',
    ),
    startGap: gap,
    life: fc.oneof({ weight: 19, arbitrary: anyLife(acts, actsMax) }, { weight: 1, arbitrary: plots }),
  })

const payment = (acts: readonly Act[], actsMax: number): fc.Arbitrary<SourceSpec> =>
  fc.record({
    kind: fc.constant('payment' as const),
    namesUser: fc.boolean(),
    start: fc.constantFrom('paid' as const, 'paid' as const, 'unpaid' as const, 'free' as const),
    lookupKey: fc.constantFrom('tollgate_pass_30_days_v1', 'tollgate_lifetime_v1'),
    startGap: gap,
    life: anyLife(acts, actsMax),
  })

/** Histories of 1 to `usersMax` users with 1 to `sourcesMax` sources each, of at most `actsMax` acts a source. */
export function historySpecs({ usersMax = 5, sourcesMax = 4, actsMax = 6 } = {}): fc.Arbitrary<HistorySpec> {
  const source = fc.oneof(
    {
      weight: 3,
      arbitrary: subscription([...SUBSCRIPTION_ACTS, ...MONEY_ACTS], actsMax),
    },
    { weight: 1, arbitrary: payment([...PAYMENT_ACTS, ...MONEY_ACTS], actsMax) },
  )
  return fc.record({
    users: fc.array(fc.record({ sources: fc.array(source, { minLength: 1, maxLength: sourcesMax }) }), {
      minLength: 1,
      maxLength: usersMax,
    }),
  })
}
