import type { Account } from '../../account.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { addIntervals } from '../../life/calendar.ts'
import { emptyable, hash, integer, list as listOf, oneOf, type Params, required, text } from '../../params.ts'
import type { SubscriptionSchedule } from '../../wire.ts'
import { prorationBehavior } from '../subscriptions/params.ts'

type PauseSchedule = SubscriptionSchedule['pause_schedules'][number]

const pauseParam = hash({
  pause_at: required(hash({ type: required(oneOf('now', 'timestamp')), timestamp: integer(1) })),
  settings: hash({
    bill_for: hash({
      outstanding_usage_through: hash({ type: oneOf('none', 'pause_at') }),
      unused_time_from: hash({ type: oneOf('item_current_period_start', 'none', 'pause_at') }),
    }),
    invoicing_behavior: oneOf('invoice', 'pending_invoice_item'),
    type: oneOf('subscription'),
  }),
})

const resumeParam = hash({
  resume_at: required(
    hash({
      type: required(oneOf('duration', 'now', 'timestamp')),
      timestamp: integer(1),
      duration: hash({
        interval: required(oneOf('day', 'month', 'week', 'year')),
        interval_count: integer(1),
      }),
    }),
  ),
  settings: hash({
    billing_cycle_anchor: oneOf('resume_at', 'unchanged'),
    payment_behavior: oneOf('resume_on_payment_attempt', 'resume_on_payment_success'),
    proration_behavior: prorationBehavior,
  }),
})

const entryShape = { key: text(), pause: pauseParam, resume: emptyable(resumeParam) } as const

/** `pause_schedules`: one entry at most, for now (docs.stripe.com/api/subscription_schedules/create). */
export const pauseSchedulesParam = emptyable(listOf(hash(entryShape), 1))

type PauseParams = Params<typeof entryShape>
type Moment = { type: string; timestamp?: number; duration?: DurationParams }
type DurationParams = { interval: 'day' | 'month' | 'week' | 'year'; interval_count?: number }

/** What the request makes of the pauses: left out they stay, empty they go, under the same key one is changed. */
export function pauseSchedulesFor(
  account: Account,
  given: readonly PauseParams[] | null | undefined,
  before: readonly PauseSchedule[],
): PauseSchedule[] {
  if (given === undefined) return [...before]
  return (given ?? []).map((each, index) => {
    const at = `pause_schedules[${index}]`
    const known = before.find(({ key }) => key === each.key)
    if (each.key !== undefined && known === undefined && before.length > 0) {
      throw refused('No pause schedule has this key.', `${at}[key]`)
    }
    const pause = pauseOf(account, each, known, at)
    const resume = resumeOf(account, each, known, pause.pause_at, at)
    if (resume && resume.resume_at <= pause.pause_at) {
      throw refused('A subscription must resume after it pauses.', `${at}[resume][resume_at]`)
    }
    return { key: each.key ?? known?.key ?? newId.pauseSchedule(), pause, resume }
  })
}

function pauseOf(
  account: Account,
  { pause: given }: PauseParams,
  known: PauseSchedule | undefined,
  at: string,
): PauseSchedule['pause'] {
  if (given === undefined) {
    if (known === undefined) throw parameterMissing(`${at}[pause]`)
    return known.pause
  }
  const before = known?.pause.settings
  const { bill_for: billFor } = given.settings ?? {}
  return {
    pause_at: momentOf(account, given.pause_at, account.now, `${at}[pause][pause_at]`),
    settings: {
      bill_for: {
        outstanding_usage_through: {
          type:
            billFor?.outstanding_usage_through?.type ??
            before?.bill_for.outstanding_usage_through.type ??
            'pause_at',
        },
        unused_time_from: {
          type: billFor?.unused_time_from?.type ?? before?.bill_for.unused_time_from.type ?? 'pause_at',
        },
      },
      invoicing_behavior:
        given.settings?.invoicing_behavior ?? before?.invoicing_behavior ?? 'pending_invoice_item',
      type: 'subscription',
    },
    status: { type: 'scheduled' },
  }
}

function resumeOf(
  account: Account,
  { resume: given }: PauseParams,
  known: PauseSchedule | undefined,
  pauseAt: number,
  at: string,
): PauseSchedule['resume'] {
  if (given === undefined) return known?.resume ?? null
  if (given === null) return null
  const before = known?.resume?.settings
  return {
    resume_at: momentOf(account, given.resume_at, pauseAt, `${at}[resume][resume_at]`),
    settings: {
      billing_cycle_anchor:
        given.settings?.billing_cycle_anchor ?? before?.billing_cycle_anchor ?? 'resume_at',
      payment_behavior:
        given.settings?.payment_behavior ?? before?.payment_behavior ?? 'resume_on_payment_success',
      proration_behavior:
        given.settings?.proration_behavior ?? before?.proration_behavior ?? 'create_prorations',
    },
    status: { type: 'scheduled' },
  }
}

/** Seconds since 1970. A duration counts from `since`. */
function momentOf(account: Account, given: Moment, since: number, at: string): number {
  if ((given.type === 'timestamp') !== (given.timestamp !== undefined)) {
    throw refused('`timestamp` goes with `type=timestamp`.', `${at}[timestamp]`)
  }
  if ((given.type === 'duration') !== (given.duration !== undefined)) {
    throw refused('`duration` goes with `type=duration`.', `${at}[duration]`)
  }
  if (given.duration) return addIntervals(since, given.duration.interval, given.duration.interval_count ?? 1)
  const moment = given.timestamp ?? account.now
  if (moment < account.now) throw refused('This moment has passed.', `${at}[timestamp]`)
  return moment
}
