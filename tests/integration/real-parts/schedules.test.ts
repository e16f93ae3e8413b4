import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import {
  type AdversarySpec,
  adversaries,
  planSteps,
  type Step,
} from '#tests/property/simulation/adversary.ts'
import type { Fault } from '#tests/property/simulation/faults.ts'
import type { History } from '#tests/property/simulation/objects.ts'
import { accessAt, grantsOf } from '#tests/property/simulation/oracle.ts'
import { renderEvent } from '#tests/property/simulation/render.ts'
import { namesOf } from '#tests/property/simulation/schedule.ts'
import { historySpecs } from '#tests/property/simulation/spec.ts'
import { writeHistory } from '#tests/property/simulation/write-history.ts'
import { type AppProcess, happen, post, type RealParts, startRealParts } from '#tests/support/real-parts.ts'

/** Schedules on real parts, of the same words as those in memory. */
const SCHEDULES = Number(process.env.TOLLGATE_REAL_SCHEDULES ?? 200)

/** Deliveries that are under way at once. */
const AT_ONCE = 16

/** For how long a paused connection is silent, in milliseconds. */
const PAUSE_MS = 50

/** The specs of a run, always the same for a seed. */
const SEED = Number(process.env.TOLLGATE_SEED ?? 20_261_125)

let parts: RealParts
let apps: AppProcess[]
const clock = { ms: Date.now() }

beforeAll(async () => {
  parts = await startRealParts({ nowMs: () => clock.ms })
  apps = await Promise.all([parts.startApp(), parts.startApp()])
})
afterAll(() => parts.close())

/** What happens to the network while a group of steps is under way. */
const disturb: Record<Fault, () => void> = {
  none: () => undefined,
  before: () => parts.upstashProxy.cut(),
  after: () => parts.postgresProxy.swallowAnswerTo('apply_stripe_event'),
  hang: () => {
    parts.postgresProxy.pause()
    setTimeout(() => parts.postgresProxy.resume(), PAUSE_MS)
  },
  twice: () => void parts.stripe.faults.push(429),
  kill: () => parts.postgresProxy.cut(),
}

async function take(step: Step): Promise<void> {
  switch (step.kind) {
    case 'moment':
      // Stripe's clock stands at what happened last: an answer is never younger than what happens next.
      clock.ms = step.at * 1000
      happen(parts.stripe, step.moment.changed)
      return
    case 'deliver':
      await post(apps[step.process] as AppProcess, renderEvent(step.event, step.version))
      return
    case 'forget':
      await parts.upstash.evictAll()
  }
}

async function runOn(history: History, adversary: AdversarySpec): Promise<void> {
  await parts.postgres.query('insert into auth.users (id) select unnest($1::uuid[])', [
    history.users.map(({ userId }) => userId),
  ])
  const steps = planSteps(history, adversary).flat()
  for (let begun = 0, group = 0; begun < steps.length; begun += AT_ONCE, group += 1) {
    const together = steps.slice(begun, begun + AT_ONCE)
    disturb[adversary.faults[group % adversary.faults.length] ?? 'none']()
    // What happens at Stripe happens before anybody can tell of it.
    for (const step of together.filter(({ kind }) => kind === 'moment')) await take(step)
    await Promise.all(together.filter(({ kind }) => kind !== 'moment').map(take))
  }
}

/** Everything once more, with no fault; an answer that is still lost to an old connection is asked for again. */
async function redeliver(history: History): Promise<void> {
  parts.stripe.faults.length = 0
  const bodies = history.moments.flatMap(({ events }) =>
    events.map((event) => renderEvent(event, '2026-10-28.endive')),
  )
  const next = bodies.entries()
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (const [index, body] of next) {
        const app = apps[index % apps.length] as AppProcess
        await expect.poll(async () => (await post(app, body))?.status, { timeout: 30_000 }).toBe(200)
      }
    }),
  )
}

describe('I2, F72: on a real Postgres and a real Redis, over HTTP', () => {
  it(`${SCHEDULES} schedules end as Stripe implies`, { timeout: 24 * 3_600_000 }, async () => {
    const specs = fc.sample(fc.tuple(historySpecs({ usersMax: 3, sourcesMax: 2 }), adversaries), {
      numRuns: SCHEDULES,
      seed: SEED,
    })
    const database = new DatabaseService(parts.postgres.call)
    for (const [index, [historySpec, adversary]] of specs.entries()) {
      const history = writeHistory(historySpec, index + 1)
      await runOn(history, adversary)
      await redeliver(history)
      for (const { userId, customerId } of history.users) {
        const grants = grantsOf(history, customerId)
        // The app's own clock is the real one: what is over by now is over.
        const now = Math.max(Date.now(), clock.ms)
        const stored = await database.getUserEntitlements(userId, now)
        const seen = namesOf(decideEntitlements(stored, now, 'postgres').active)
        expect(seen, `schedule ${index} of seed ${SEED}, user ${userId}`).toEqual(accessAt(grants, now))
      }
    }
    console.log(
      `${SCHEDULES} schedules; ${parts.postgresProxy.swallowed()} answers to a commit were swallowed`,
    )
    expect(parts.postgresProxy.swallowed()).toBeGreaterThan(0)
  })
})
