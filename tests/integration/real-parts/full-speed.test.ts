import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderEvent } from '#tests/property/simulation/render.ts'
import { writeHistory } from '#tests/property/simulation/write-history.ts'
import { type AppProcess, happen, post, type RealParts, startRealParts } from '#tests/support/real-parts.ts'

/** For how long; `npm run proof` goes on for ten minutes. */
const SECONDS = Number(process.env.TOLLGATE_FULL_SPEED_SECONDS ?? 5)
const AT_ONCE = 16

let parts: RealParts
let app: AppProcess

beforeAll(async () => {
  parts = await startRealParts({ nowMs: () => Date.now() })
  app = await parts.startApp()
})
afterAll(() => parts.close())

describe('at full speed, with no fault', () => {
  it(`for ${SECONDS} seconds every event is answered 200 and is in the ledger`, {
    timeout: 24 * 3_600_000,
  }, async () => {
    const spec = { kind: 'subscription', namesUser: true, start: 'active', startGap: 0 } as const
    const life = [{ act: 'change_plan', gap: 60 }] as const
    const sources = [{ ...spec, lookupKey: 'tollgate_pro_monthly_v1', life }]
    const until = performance.now() + SECONDS * 1_000
    const statuses = new Map<number | null, number>()
    let buyers = 0
    let answered = 0
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        while (performance.now() < until) {
          buyers += 1
          const { users, moments } = writeHistory({ users: [{ sources }] }, buyers)
          await parts.postgres.query('insert into auth.users (id) values ($1)', [users[0]?.userId])
          for (const { changed, events } of moments) {
            happen(parts.stripe, changed)
            for (const event of events) {
              const status = (await post(app, renderEvent(event, '2026-10-28.endive')))?.status ?? null
              statuses.set(status, (statuses.get(status) ?? 0) + 1)
              answered += 1
            }
          }
        }
      }),
    )

    console.log(`${answered} events of ${buyers} buyers in ${SECONDS} s`)
    expect([...statuses]).toEqual([[200, answered]])
    const [ledger] = await parts.postgres.query('select count(*)::int as events from stripe_events')
    expect(ledger).toEqual({ events: answered })
  })
})
