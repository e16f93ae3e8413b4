import type { Act, HistorySpec, SourceSpec } from './simulation/spec.ts'

/** A history that is told by hand: at most seven events, and what Stripe's final objects imply. */
export interface Story {
  readonly name: string
  readonly spec: HistorySpec
}

const DAY = 86_400

type Life = readonly (readonly [act: Act, gap: number])[]

function source(
  spec: Partial<SourceSpec> & Pick<SourceSpec, 'kind' | 'start' | 'lookupKey'>,
  life: Life,
): SourceSpec {
  return { namesUser: true, startGap: 0, ...spec, life: life.map(([act, gap]) => ({ act, gap })) }
}

const pro = (start: SourceSpec['start'], life: Life, namesUser = true): SourceSpec =>
  source({ kind: 'subscription', start, lookupKey: 'tollgate_pro_monthly_v1', namesUser }, life)

const bought = (lookupKey: string, start: SourceSpec['start'], life: Life): SourceSpec =>
  source({ kind: 'payment', start, lookupKey }, life)

const PASS = 'tollgate_pass_30_days_v1'
const LIFETIME = 'tollgate_lifetime_v1'

const one = (name: string, ...sources: SourceSpec[]): Story => ({ name, spec: { users: [{ sources }] } })

/** Twenty histories, each of at most seven events. */
export const STORIES: readonly Story[] = [
  one('a subscription whose objects name nobody but its session', pro('active', [], false)),
  one(
    'a plan changed twice within one second',
    pro('active', [
      ['change_plan', 60],
      ['change_quantity', 0],
    ]),
  ),
  one('a plan changed in the second of its purchase', pro('active', [['change_plan', 0]])),
  one('a renewal', pro('active', [['renew', 30 * DAY]])),
  one('a renewal that fails', pro('active', [['renewal_fails', 30 * DAY]])),
  one('a trial that converts', pro('trialing', [['end_trial', 14 * DAY]])),
  one('a trial to be cancelled at its end', pro('trialing', [['cancel_at_period_end', DAY]])),
  one(
    'a cancellation that is taken back',
    pro('active', [
      ['cancel_at_period_end', 60],
      ['keep', 0],
    ]),
  ),
  one(
    'a cancellation in the second of a change',
    pro('active', [
      ['change_quantity', 60],
      ['cancel_now', 0],
    ]),
  ),
  one('a first payment that needs time', pro('incomplete', [['pay_first_invoice', 600]])),
  one('a first payment that never comes', pro('incomplete', [['expire_incomplete', DAY]])),
  one('a pause', pro('active', [['pause', DAY]])),
  one('a pause and a resumption', pro('trialing', [['end_trial', 14 * DAY]])),
  one('a month refunded in full', pro('active', [['refund', DAY]])),
  one(
    'a month disputed and won',
    pro('active', [
      ['dispute', DAY],
      ['win_dispute', DAY],
    ]),
  ),
  one(
    'a month disputed and lost',
    pro('active', [
      ['dispute', DAY],
      ['lose_dispute', 0],
    ]),
  ),
  one(
    'a pass refunded by halves, and the second refund fails',
    bought(PASS, 'paid', [
      ['refund_half', DAY],
      ['refund_half', 0],
      ['refund_fails', 0],
    ]),
  ),
  one(
    'a lifetime purchase refunded and disputed at once',
    bought(LIFETIME, 'paid', [
      ['refund', 60],
      ['dispute', 0],
      ['win_dispute', 0],
    ]),
  ),
  one(
    'a debit that settles days later',
    bought(PASS, 'unpaid', [
      ['settle', 3 * DAY],
      ['dispute', DAY],
    ]),
  ),
  one(
    'a pass beside a debit that fails',
    bought(PASS, 'paid', [['inquire', DAY]]),
    bought(LIFETIME, 'unpaid', [['settlement_fails', 3 * DAY]]),
  ),
]

/** A buyer's life in which every kind of call that leaves a process is made. */
export const A_BUYERS_LIFE: HistorySpec = {
  users: [
    {
      sources: [
        {
          kind: 'subscription',
          namesUser: false,
          start: 'active',
          lookupKey: 'tollgate_pro_monthly_v1',
          startGap: 0,
          life: [
            { act: 'change_plan', gap: DAY },
            { act: 'change_quantity', gap: 0 },
            { act: 'renew', gap: 29 * DAY },
            { act: 'refund', gap: DAY },
            { act: 'renewal_fails', gap: 29 * DAY },
            { act: 'recover', gap: DAY },
            { act: 'cancel_now', gap: DAY },
          ],
        },
        {
          kind: 'payment',
          namesUser: true,
          start: 'unpaid',
          lookupKey: 'tollgate_pass_30_days_v1',
          startGap: 60,
          life: [
            { act: 'settle', gap: 3 * DAY },
            { act: 'dispute', gap: DAY },
            { act: 'win_dispute', gap: DAY },
          ],
        },
      ],
    },
  ],
}
