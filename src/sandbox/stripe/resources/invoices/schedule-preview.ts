import type { Account } from '../../account.ts'
import { asPreview, previewRenewal } from '../../life/invoices/preview.ts'
import { cancelsBy } from '../../life/schedules/phases.ts'
import { scheduleDue } from '../../life/schedules/schedules.ts'
import { nextDue } from '../../life/subscriptions/next-due.ts'
import { hash, type Params } from '../../params.ts'
import type { Invoice, SubscriptionSchedule } from '../../wire.ts'
import { billingModeParam } from '../billing/mode.ts'
import { createWith, endBehavior } from '../subscription-schedules/create.ts'
import { pauseSchedulesParam } from '../subscription-schedules/pauses.ts'
import { phasesParam } from '../subscription-schedules/phases.ts'
import { needLive, updateWith } from '../subscription-schedules/update.ts'
import { prorationBehavior } from '../subscriptions/params.ts'

const detailsShape = {
  billing_mode: billingModeParam,
  end_behavior: endBehavior,
  pause_schedules: pauseSchedulesParam,
  phases: phasesParam,
  proration_behavior: prorationBehavior,
} as const

/** `schedule_details`: a schedule as it would be, or what of an existing one would change. */
export const scheduleDetails = hash(detailsShape)

/**
 * The invoice that the schedule makes next, on a rehearsal: that of the change itself, of the first phase, or of the
 * next renewal, by whose phase it is billed. Null where none comes.
 */
export function previewSchedule(
  copy: Account,
  params: { schedule?: string; schedule_details?: Params<typeof detailsShape> },
  customer: string,
): Invoice | null {
  const details = params.schedule_details ?? {}
  const known = params.schedule === undefined ? null : needLive(copy, params.schedule)
  const before = known && latestInvoice(copy, known)
  const schedule = known ?? planned(copy, details, customer)
  if (known) {
    const { billing_mode: _, ...changes } = details
    updateWith(copy, known, changes)
  }
  const now = latestInvoice(copy, schedule)
  if (now && now !== before) return asPreview(now)
  const subscription = copy.state.subscriptions.get(String(schedule.subscription))
  if (subscription === undefined) return firstOf(copy, schedule)
  const due = nextDue(subscription)
  if (subscription.ended_at !== null || cancelsBy(schedule, due)) return null
  return copy.within({ moment: due }, () => previewRenewal(copy, subscription))
}

function planned(
  copy: Account,
  details: Params<typeof detailsShape>,
  customer: string,
): SubscriptionSchedule {
  const { proration_behavior: _, phases, ...rest } = details
  const start = phases?.[0]?.start_date
  return createWith(copy, {
    ...rest,
    customer,
    ...(phases ? { phases } : {}),
    ...(start === undefined ? {} : { start_date: start }),
  })
}

/** The first invoice of a schedule that has not begun. */
function firstOf(copy: Account, schedule: SubscriptionSchedule): Invoice | null {
  const start = schedule.phases[0]?.start_date
  if (start === undefined) return null
  copy.within({ moment: start }, () => scheduleDue(copy, schedule))
  const invoice = latestInvoice(copy, schedule)
  return invoice ? asPreview(invoice) : null
}

function latestInvoice(copy: Account, schedule: SubscriptionSchedule): Invoice | undefined {
  const subscription = copy.state.subscriptions.get(String(schedule.subscription))
  return copy.state.invoices.get(String(subscription?.latest_invoice))
}
