import { endpoint } from '../../endpoint.ts'
import { cancelSchedule, releaseSchedule } from '../../life/schedules/schedules.ts'
import { createdParam, fits, inRange, page, pageParams } from '../../pagination.ts'
import { absent, flag, hash, text } from '../../params.ts'
import { needLive } from './update.ts'

/** `GET /v1/subscription_schedules/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.subscriptionSchedules, id),
)

/** `POST /v1/subscription_schedules/:id/release`. A schedule here sets no date of cancellation that could be kept. */
export const release = endpoint(hash({ preserve_cancel_date: flag() }), (account, _, id) => {
  const schedule = needLive(account, id)
  releaseSchedule(account, schedule, 'released')
  return schedule
})

/** `POST /v1/subscription_schedules/:id/cancel` */
export const cancel = endpoint(hash({ invoice_now: flag(), prorate: flag() }), (account, params, id) => {
  const schedule = needLive(account, id)
  cancelSchedule(account, schedule, {
    invoiceNow: params.invoice_now ?? true,
    prorate: params.prorate ?? true,
  })
  return schedule
})

/** `GET /v1/subscription_schedules` */
export const list = endpoint(
  hash({
    ...pageParams,
    canceled_at: createdParam,
    completed_at: createdParam,
    created: createdParam,
    customer: text(),
    released_at: createdParam,
    scheduled: flag(),
    ...absent('customer_account'),
  }),
  (account, params) =>
    page(
      account,
      account.state.subscriptionSchedules,
      params,
      '/v1/subscription_schedules',
      (each) =>
        fits(each, params, 'customer') &&
        (params.scheduled === undefined || (each.status === 'not_started') === params.scheduled) &&
        (params.canceled_at === undefined || inRange(each.canceled_at ?? 0, params.canceled_at)) &&
        (params.completed_at === undefined || inRange(each.completed_at ?? 0, params.completed_at)) &&
        (params.released_at === undefined || inRange(each.released_at ?? 0, params.released_at)) &&
        inRange(each.created, params.created),
    ),
)
