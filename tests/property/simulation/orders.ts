import { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { MemoryLedger } from '#src/features/billing/infrastructure/memory/MemoryLedger.ts'
import { MemoryTables } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'
import { StripeWebhooks } from '#src/features/billing/infrastructure/stripe/StripeWebhooks.ts'
import type { History } from './objects.ts'
import { accessAt, grantsOf } from './oracle.ts'
import { renderEvent } from './render.ts'
import { StripeNow } from './StripeNow.ts'

const VERSION = '2026-10-28.endive'
const YEAR_MS = 365 * 86_400_000

/** Every order of so many things: 5,040 of seven. */
export function ordersOf(length: number): number[][] {
  if (length === 0) return [[]]
  return ordersOf(length - 1).flatMap((order) =>
    Array.from({ length }, (_, at) => [...order.slice(0, at), length - 1, ...order.slice(at)]),
  )
}

/**
 * Applies the events of a history of one user in each order, each time from nothing, when all of it has happened.
 * `states` counts which access the orders ended in; `implied` is what Stripe's final objects mean.
 */
export async function inAnyOrder(
  history: History,
  ordersFor: (events: number) => readonly (readonly number[])[],
) {
  const [user] = history.users
  const end = history.moments.at(-1)?.at
  if (user === undefined || end === undefined) throw new RangeError('a history of nobody')
  const now = end * 1000
  const grants = grantsOf(history, user.customerId)
  const probes = [
    now,
    ...grants.flatMap((grant) => (grant.end === null ? [] : [grant.end * 1000 - 1, grant.end * 1000])),
  ]
    .filter((at) => at >= now)
    .concat(now + 20 * YEAR_MS)
  const events = history.moments
    .flatMap((moment) => moment.events)
    .map((event) => parsed(renderEvent(event, VERSION)))
  const objects = new StripeNow({
    objects: history.finalObjects,
    nowSeconds: () => end,
    seam: async (_name, effect) => effect(),
  })
  const states = new Map<string, number>()
  const orders = ordersFor(events.length)
  for (const order of orders) {
    const tables = new MemoryTables()
    tables.authUsers.add(user.userId)
    const ledger = new MemoryLedger(tables)
    const use = new ApplyStripeEvent({
      ledger,
      objects,
      clock: { now: () => now },
      surroundings: { livemode: false, environment: 'local' },
      policy,
    })
    for (const index of order) await use.execute(events[index] as ParsedEvent)
    const stored = await ledger.getUserEntitlements(user.userId, now)
    const state = JSON.stringify(
      probes.map((at) =>
        decideEntitlements(stored, at, 'postgres')
          .active.map(({ sourceId, plan, quantity }) => `${sourceId} ${plan} x${quantity}`)
          .sort(),
      ),
    )
    states.set(state, (states.get(state) ?? 0) + 1)
  }
  return { states, orders: orders.length, implied: JSON.stringify(probes.map((at) => accessAt(grants, at))) }
}

/** What the door reads in the body of an event. */
export function parsed(body: string): ParsedEvent {
  const webhooks = new StripeWebhooks({ secrets: [], realClock: { now: () => 0 } })
  const event = webhooks.parse(new TextEncoder().encode(body))
  if (event === null) throw new Error('an event that cannot be read')
  return event
}
