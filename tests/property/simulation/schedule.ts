import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import { type AdversarySpec, adversaries, generatedEvents, planSteps } from './adversary.ts'
import { cycle, type FaultPlan } from './faults.ts'
import { KINDS, type ScheduleKind } from './kinds.ts'
import { BrokenLaw, Laws } from './Laws.ts'
import type { History } from './objects.ts'
import { accessAt, grantsOf } from './oracle.ts'
import { API_VERSIONS } from './render.ts'
import { Simulation, type Turns } from './Simulation.ts'
import type { HistorySpec } from './spec.ts'
import { writeHistory } from './write-history.ts'

/** Milliseconds: a suite takes as long as it takes; `npm run proof` runs for hours. */
export const SUITE_TIMEOUT_MS = 24 * 60 * 60 * 1000

/** States in which the runs must have been, or they have proved less than they say. */
export const MUST_BE_MET = [
  'a dispute won after the subscription ended',
  'a duplicate across a crash',
  'a hold before its grant',
  "a plan change's payment taken back",
  'a process died',
  'a refund before its purchase',
  'a tie',
  'a warning of fraud',
  'answer 200',
  'answer 503',
  'check from memory',
  'check from postgres',
  'check from redis',
  'outcome ambiguous',
  'outcome applied',
  'outcome duplicate',
  'outcome stale',
  'outcome unresolved',
  'postgres apply_stripe_event: after',
  'postgres apply_stripe_event: before',
  'postgres apply_stripe_event: kill',
  'postgres apply_stripe_event: twice',
  'reconciled missed_grant',
  'redis pipeline: after',
  'redis pipeline: before',
  'redis pipeline: kill',
  'Redis lost all',
  'stripe read payment: before',
  'stripe read subscription: before',
]

/**
 * Runs one schedule: the history, the adversary's deliveries and faults, then one redelivery of everything. Throws
 * `BrokenLaw` where an invariant does not hold, or where access in the end is not what Stripe's objects imply (I2).
 */
export async function runSchedule(
  historySpec: HistorySpec,
  adversary: AdversarySpec,
  turns: Turns,
  faultOf: FaultPlan = cycle(adversary.faults),
): Promise<Laws> {
  const history = writeHistory(historySpec)
  const simulation = new Simulation(history, faultOf, turns)
  await simulation.run(planSteps(history, adversary))
  const events = generatedEvents(history, adversary)
  await simulation.settle(
    events.map(({ event }, index) => ({
      event,
      version: API_VERSIONS[index % API_VERSIONS.length] ?? API_VERSIONS[0],
    })),
  )
  if (events.length < history.moments.flatMap((moment) => moment.events).length) await simulation.reconcile()
  for (const user of history.users) await expectConvergence(simulation, history, user)
  return simulation.laws
}

/** I2: in the end, and at every instant still to come at which something changes, access is what the oracle says. */
async function expectConvergence(
  simulation: Simulation,
  history: History,
  { userId, customerId }: History['users'][number],
): Promise<void> {
  const grants = grantsOf(history, customerId)
  const { nowMs } = simulation
  const stored = await simulation.ledger.getUserEntitlements(userId, nowMs)
  const ends = grants.flatMap(({ end }) => (end === null ? [] : [end * 1000 - 1, end * 1000]))
  const probes = [nowMs, ...ends.filter((at) => at > nowMs), nowMs + 20 * 365 * 86_400_000]
  for (const at of probes) {
    const decided = decideEntitlements(stored, at, 'postgres')
    expectEqual(
      namesOf(decided.active),
      accessAt(grants, at),
      `I2: ${userId} at ${new Date(at).toISOString()}`,
    )
  }
  const checked = await simulation.checkAlone(userId)
  expectEqual(namesOf(checked.active), accessAt(grants, nowMs), `I2, by a check: ${userId}`)
}

/** Sources that give access, as the oracle names them. */
export function namesOf(active: readonly { sourceId: string; plan: string; quantity: number }[]): string[] {
  return active.map(({ sourceId, plan, quantity }) => `${sourceId} ${plan} x${quantity}`).sort()
}

function expectEqual(seen: readonly string[], implied: readonly string[], what: string): void {
  if (JSON.stringify(seen) !== JSON.stringify(implied)) {
    throw new BrokenLaw(`${what}: Stripe implies [${implied}], the app says [${seen}]`)
  }
}

/** What many schedules came to. */
export interface ScheduleCounts {
  readonly seed: number
  readonly schedules: number
  /** How often each state was met. */
  readonly met: ReadonlyMap<string, number>
}

/**
 * Runs many schedules of this kind and shrinks the first that breaks a law; the error has the seed, the commit and the
 * command that replays it. `TOLLGATE_SEED` and `TOLLGATE_PATH` replay one.
 */
export async function runSchedules(
  kind: ScheduleKind,
  schedules: number = KINDS[kind].schedules,
  ownSeed?: number,
): Promise<ScheduleCounts> {
  const laws = new Laws()
  const { suite, histories } = KINDS[kind]
  const property = fc.asyncProperty(histories, adversaries, fc.scheduler(), async (history, adversary, s) => {
    const { met } = await runSchedule(history, adversary, s)
    for (const [state, times] of met) laws.met.set(state, (laws.met.get(state) ?? 0) + times)
  })
  const { TOLLGATE_SEED, TOLLGATE_PATH: path } = process.env
  const seed = TOLLGATE_SEED === undefined ? ownSeed : Number(TOLLGATE_SEED)
  const details = await withoutStacks(path === undefined, () =>
    fc.check(property, {
      numRuns: schedules,
      ...(seed !== undefined && { seed }),
      ...(path !== undefined && { path, endOnFailure: true }),
    }),
  )
  if (details.failed) {
    throw new Error(
      [
        fc.defaultReportMessage(details),
        `commit ${commit()}; again with:`,
        `TOLLGATE_SEED=${details.seed} TOLLGATE_PATH=${details.counterexamplePath} npm test -- ${suite}`,
      ].join('\n'),
      { cause: details.errorInstance },
    )
  }
  return { seed: details.seed, schedules: details.numRuns, met: laws.met }
}

/** The states that were not met and must be, and the line that says what was. */
export function reportOf(kind: ScheduleKind, { seed, schedules, met }: ScheduleCounts) {
  const states = Object.fromEntries([...met].sort())
  return {
    unmet: MUST_BE_MET.filter((state) => !met.has(state)),
    line: `${schedules} schedules of ${kind}, seed ${seed}: ${JSON.stringify(states, null, 1)}`,
  }
}

/** The faults are errors by the million whose stacks nobody reads; the replay of a failure has them. */
async function withoutStacks<T>(isWanted: boolean, work: () => Promise<T>): Promise<T> {
  const { stackTraceLimit } = Error
  if (isWanted) Error.stackTraceLimit = 0
  try {
    return await work()
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** The commit that is tried. */
export function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  } catch {
    return 'unknown (no git)'
  }
}
