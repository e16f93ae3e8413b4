import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { refused } from '../../errors.ts'
import { applyPhase } from '../../life/schedules/apply-phase.ts'
import { phaseAt, phasesFrom } from '../../life/schedules/phases.ts'
import { planSchedule } from '../../life/schedules/schedules.ts'
import { changedMetadata, metadata } from '../../metadata.ts'
import { hash, type Params } from '../../params.ts'
import type { SubscriptionSchedule } from '../../wire.ts'
import { prorationBehavior } from '../subscriptions/params.ts'
import { defaultSettings, endBehavior } from './create.ts'
import { pauseSchedulesFor, pauseSchedulesParam } from './pauses.ts'
import { phaseRequests, phasesParam } from './phases.ts'
import { settingsShape } from './settings.ts'

const shape = {
  default_settings: hash(settingsShape),
  end_behavior: endBehavior,
  metadata: metadata(),
  pause_schedules: pauseSchedulesParam,
  phases: phasesParam,
  proration_behavior: prorationBehavior,
} as const

/** `POST /v1/subscription_schedules/:id`: phases that have begun must stay; a changed current one applies now. */
export const update = endpoint(hash(shape), (account, params, id) => {
  const schedule = needLive(account, id)
  updateWith(account, schedule, params)
  return schedule
})

/** Updates a schedule from parameters, on the account or on a rehearsal of it. */
export function updateWith(
  account: Account,
  schedule: SubscriptionSchedule,
  params: Params<typeof shape>,
): void {
  const given = params.phases?.[0]?.start_date ?? schedule.phases[0]?.start_date ?? account.now
  const phases = params.phases
    ? phasesFrom(
        given === 'now' ? account.now : given,
        phaseRequests(account, params.phases, String(schedule.customer)),
      )
    : schedule.phases
  const before = phaseAt(schedule, account.now)?.phase
  account.change(
    schedule,
    {
      default_settings: defaultSettings(account, params.default_settings ?? {}, schedule.default_settings),
      end_behavior: params.end_behavior ?? schedule.end_behavior,
      metadata: changedMetadata(schedule.metadata ?? {}, params.metadata),
      pause_schedules: pauseSchedulesFor(account, params.pause_schedules, schedule.pause_schedules),
      phases,
      current_phase: spanAt({ ...schedule, phases }, account.now),
    },
    'subscription_schedule.updated',
  )
  const current = phaseAt(schedule, account.now)?.phase
  const subscription = account.state.subscriptions.get(String(schedule.subscription))
  const differs = JSON.stringify({ ...before, end_date: 0 }) !== JSON.stringify({ ...current, end_date: 0 })
  if (subscription && current && (differs || params.default_settings !== undefined)) {
    applyPhase(account, schedule, subscription, current, params.proration_behavior ?? 'create_prorations')
  }
  planSchedule(account, schedule)
}

/** The schedule of this id. @throws StripeError 400 where it is over */
export function needLive(account: Account, id: string): SubscriptionSchedule {
  const schedule = account.need(account.state.subscriptionSchedules, id)
  if (schedule.status !== 'active' && schedule.status !== 'not_started') {
    throw refused(`A subscription schedule with the status \`${schedule.status}\` cannot be changed.`)
  }
  return schedule
}

function spanAt(schedule: SubscriptionSchedule, now: number): SubscriptionSchedule['current_phase'] {
  const phase = phaseAt(schedule, now)?.phase
  return phase ? { start_date: phase.start_date, end_date: phase.end_date } : null
}
