import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { renderEvent } from '#tests/property/simulation/render.ts'
import { writeHistory } from '#tests/property/simulation/write-history.ts'
import { type AppProcess, happen, post, type RealParts, startRealParts } from '#tests/support/real-parts.ts'

/** How many answers are looked at; `npm run proof` looks at ten thousand. */
const ANSWERS = Number(process.env.TOLLGATE_ANSWERS ?? 1_000)
const AT_ONCE = 16

const USERS = ANSWERS / 4

let parts: RealParts
let app: AppProcess

beforeAll(async () => {
  parts = await startRealParts({
    nowMs: () => Date.now(),
    postgresFlags: ['-c', 'track_commit_timestamp=on'],
  })
  app = await parts.startApp()
})
afterAll(() => parts.close())

describe('I3, F1: no answer before the commit', () => {
  it(`of ${ANSWERS} answers each leaves after its event is durable`, { timeout: 900_000 }, async () => {
    const bodies: string[] = []
    for (let number = 1; number <= USERS; number += 1) {
      const { users, moments } = writeHistory(
        {
          users: [
            {
              sources: [
                {
                  kind: 'subscription',
                  namesUser: true,
                  start: 'active',
                  lookupKey: 'tollgate_pro_monthly_v1',
                  startGap: 0,
                  life: [],
                },
              ],
            },
          ],
        },
        number,
      )
      await parts.postgres.query('insert into auth.users (id) select unnest($1::uuid[])', [
        users.map(({ userId }) => userId),
      ])
      for (const { changed, events } of moments) {
        happen(parts.stripe, changed)
        bodies.push(...events.map((event) => renderEvent(event, '2026-10-28.endive')))
      }
    }
    expect(bodies).toHaveLength(ANSWERS)

    const answeredAt = new Map<string, number>()
    const next = bodies.values()
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (const body of next) {
          const answer = await post(app, body)
          expect(answer?.status).toBe(200)
          answeredAt.set(JSON.parse(body).id, Number(answer?.headers.get('x-answered-at-us')))
        }
      }),
    )

    const rows = await parts.postgres.query(
      `select event_id, (extract(epoch from pg_xact_commit_timestamp(xmin)) * 1000000)::bigint as committed_at
       from stripe_events`,
    )
    const late = rows.filter(
      ({ event_id, committed_at }) => Number(committed_at) > (answeredAt.get(String(event_id)) ?? 0),
    )
    expect(rows).toHaveLength(ANSWERS)
    expect(late).toEqual([])
  })
})
