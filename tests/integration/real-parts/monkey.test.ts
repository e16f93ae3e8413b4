import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderEvent } from '#tests/property/simulation/render.ts'
import { writeHistory } from '#tests/property/simulation/write-history.ts'
import { type AppProcess, happen, post, type RealParts, startRealParts } from '#tests/support/real-parts.ts'

/** How many purchases are made; `npm run proof` makes ten times as many. */
const PURCHASES = Number(process.env.TOLLGATE_PURCHASES ?? 500)

/** How often Stripe delivers an event again that was not acknowledged. */
const REDELIVERIES = 3

/** Milliseconds between two deliveries of one event: longer than any of the parts is away. */
const REDELIVERY_MS = 10_000

/** Milliseconds between two purchases of one till: the flow lasts long enough for every part to die several times. */
const BETWEEN_MS = 1_000

/** Tills at which is bought at the same time. */
const AT_ONCE = 16

let parts: RealParts
let app: AppProcess

beforeAll(async () => {
  parts = await startRealParts({ nowMs: () => Date.now() })
  app = await parts.startApp()
})
afterAll(() => parts.close())

/** Kills one of the parts every 5 to 10 seconds, in turn, until `isOver`. How often each was killed. */
async function monkey(isOver: () => boolean): Promise<Record<string, number>> {
  const kills = { app: 0, postgres: 0, redis: 0 }
  const acts = [
    async () => {
      const killed = app
      await killed.kill()
      app = await parts.startApp()
      kills.app += 1
    },
    async () => {
      await parts.postgres.crash()
      kills.postgres += 1
    },
    async () => {
      await parts.crashRedis()
      kills.redis += 1
    },
  ]
  for (let turn = 0; ; turn += 1) {
    const pause = 5_000 + ((turn * 1_237) % 5_000)
    for (let waited = 0; waited < pause; waited += 100) {
      if (isOver()) return kills
      await sleep(100)
    }
    await acts[turn % acts.length]?.()
  }
}

/** Delivers an event until it is acknowledged, as Stripe does; whether it was. */
async function deliver(body: string): Promise<boolean> {
  for (let delivery = 0; delivery <= REDELIVERIES; delivery += 1) {
    if (delivery > 0) await sleep(REDELIVERY_MS)
    if ((await post(app, body))?.ok) return true
  }
  return false
}

describe('I1, I3: app, Postgres and Redis are killed, one every few seconds', () => {
  it(`of ${PURCHASES} purchases none is lost, doubled or unacknowledged`, {
    timeout: 24 * 3_600_000,
  }, async () => {
    const unacknowledged: string[] = []
    const buyers: string[] = []
    let bought = 0
    const buy = async (number: number) => {
      const spec = { kind: 'subscription', namesUser: true, start: 'active', startGap: 0, life: [] } as const
      const { users, moments } = writeHistory(
        { users: [{ sources: [{ ...spec, lookupKey: 'tollgate_pro_yearly_v1' }] }] },
        number,
      )
      const [{ userId } = { userId: '' }] = users
      buyers.push(userId)
      const events = moments.flatMap((moment) => {
        happen(parts.stripe, moment.changed)
        return moment.events
      })
      const acknowledged = await Promise.all(
        events.map((event) => deliver(renderEvent(event, '2026-10-28.endive'))),
      )
      unacknowledged.push(...events.filter((_, index) => !acknowledged[index]).map(({ id }) => id))
      bought += 1
    }
    await parts.postgres.query(
      `insert into auth.users (id) select ('00000000-0000-4000-8000-' || lpad((n * 100 + 1)::text, 12, '0'))::uuid
       from generate_series(1, $1::int) n`,
      [PURCHASES],
    )

    const killing = monkey(() => bought === PURCHASES)
    const numbers = Array.from({ length: PURCHASES }, (_, index) => index + 1).values()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const number of numbers) {
          await buy(number)
          await sleep(BETWEEN_MS)
        }
      }),
    )
    const kills = await killing
    console.log(`${PURCHASES} purchases while these were killed:`, kills)
    expect(Math.min(...Object.values(kills))).toBeGreaterThan(0)

    expect(unacknowledged).toEqual([])
    const rows = await parts.postgres.query(
      `select s.user_id, count(*)::int as sources, bool_and(s.grants_access) as granted
       from user_entitlements s where s.user_id = any($1::uuid[]) group by s.user_id`,
      [buyers],
    )
    expect(rows).toHaveLength(PURCHASES)
    expect(rows.filter(({ sources, granted }) => sources !== 1 || granted !== true)).toEqual([])
    const [events] = await parts.postgres.query(
      'select count(*)::int as all, count(distinct event_id)::int as ids from stripe_events',
    )
    expect(events).toEqual({ all: PURCHASES * 4, ids: PURCHASES * 4 })
  })
})
