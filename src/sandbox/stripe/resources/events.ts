import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch } from '../errors.ts'
import { SECONDS_PER_DAY } from '../life/calendar.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { flag, hash, list as listOf, text } from '../params.ts'
import type { StripeEvent } from '../wire.ts'

/** How long an event can be read (docs.stripe.com/api/events). */
export const EVENT_RETENTION_SECONDS = 30 * SECONDS_PER_DAY

/** `GET /v1/events/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) => {
  const event = account.need(account.state.events, id)
  if (!isRetained(account, event)) throw noSuch('event', id)
  return event
})

/** `GET /v1/events` */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    delivery_success: flag(),
    type: text(),
    types: listOf(text(), 20),
  }),
  (account, params) =>
    page(
      account,
      account.state.events,
      params,
      '/v1/events',
      (event) =>
        isRetained(account, event) &&
        (params.type === undefined || matches(event, params.type)) &&
        (params.types === undefined || params.types.some((type) => matches(event, type))) &&
        (params.delivery_success === undefined ||
          (event.pending_webhooks === 0) === params.delivery_success) &&
        inRange(event.created, params.created),
    ),
)

/** A type, or a group of types: `invoice.*`. */
function matches(event: StripeEvent, type: string): boolean {
  return type.endsWith('.*') ? event.type.startsWith(type.slice(0, -1)) : event.type === type
}

function isRetained(account: Account, event: StripeEvent): boolean {
  return event.created > account.now - EVENT_RETENTION_SECONDS
}
