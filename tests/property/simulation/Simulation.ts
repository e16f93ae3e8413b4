import { createHmac } from 'node:crypto'
import { handleStripeWebhookRequest } from '#src/features/billing/application/stripe-webhook.ts'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import { BillingError, type BillingErrorCode } from '#src/features/billing/domain/errors.ts'
import { MemoryLedger } from '#src/features/billing/infrastructure/memory/MemoryLedger.ts'
import { MemoryTables } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'
import { MEMORY_FRESH_MS } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { CACHE_TTL_MS } from '#src/infrastructure/redis/index.ts'
import { type AppProcess, SECRET, startProcess } from './AppProcess.ts'
import { PROCESSES, type Step } from './adversary.ts'
import { type FaultPlan, HANG_MS } from './faults.ts'
import { Laws } from './Laws.ts'
import { MemoryRedis, type Seam } from './MemoryRedis.ts'
import type { History, ModelEvent, ModelObject } from './objects.ts'
import { createReconcile, untilNothingIsFound } from './reconciliation.ts'
import { type ApiVersion, renderEvent } from './render.ts'
import { isTaken, reversalStates } from './reversal-states.ts'
import { StripeListsNow } from './StripeListsNow.ts'
import { StripeNow } from './StripeNow.ts'

/** Who decides which call comes next: fast-check's scheduler, or one that takes each at once. */
export interface Turns {
  schedule(task: Promise<void>, label: string): Promise<void>
  waitFor<T>(task: Promise<T>): Promise<T>
}

/** Each call at once, in the order in which they are made. */
export const inOrder: Turns = { schedule: (task) => task, waitFor: (task) => task }

interface RunningProcess {
  readonly app: AppProcess
  isAlive: boolean
  /** Resolves when it dies: whoever waits for it gets no answer. */
  readonly death: Promise<'no answer'>
  readonly kill: () => void
}

/**
 * One run: the history happens at Stripe, its events are delivered as the adversary wants, and the app's processes
 * handle them with everything that leaves a process waiting for its turn. All that is durable is in `ledger`.
 */
export class Simulation {
  readonly tables = new MemoryTables()
  readonly ledger = new MemoryLedger(this.tables)
  readonly laws: Laws
  nowMs: number
  readonly #history: History
  readonly #turns: Turns
  readonly #faultOf: FaultPlan
  readonly #stripe = new Map<string, ModelObject>()
  readonly #redis = new Map<string, { value: string; expiresAt: number }>()
  readonly #bodies = new Map<string, Uint8Array<ArrayBuffer>>()
  readonly #momentsDone: Promise<void>[] = []
  readonly #deferred: Promise<void>[] = []
  #processes: RunningProcess[] = []
  #calls = 0
  #nextMoment = 0
  #isCalm = false

  constructor(history: History, faultOf: FaultPlan, turns: Turns, laws = new Laws()) {
    this.#faultOf = faultOf
    this.#history = history
    this.#turns = turns
    this.laws = laws
    this.nowMs = (history.moments[0]?.at ?? 0) * 1000
    for (const { userId } of history.users) this.tables.authUsers.add(userId)
    for (let index = 0; index < PROCESSES; index += 1) this.#processes.push(this.#start(index))
  }

  /** Everything in these groups, one group after the other. */
  async run(groups: readonly (readonly Step[])[]): Promise<void> {
    for (const group of groups) {
      await this.#together(group.map((step) => () => this.#take(step)))
      this.laws.redisHolds(this.#redis)
    }
  }

  /** The faults stop, time goes on past every bound, and each event is delivered once more, all at once. */
  async settle(events: readonly { event: ModelEvent; version: ApiVersion }[]): Promise<void> {
    this.#isCalm = true
    await this.#together(
      events.map(({ event, version }, index) => async () => {
        const status = await this.#post(event, version, index % PROCESSES)
        if (status !== 200) throw new Error(`the last delivery of ${event.id} was answered ${status}`)
      }),
    )
    this.nowMs += CACHE_TTL_MS + MEMORY_FRESH_MS
  }

  /** What Stripe made no event of is found by its lists, in as many runs as it takes until one finds nothing more. */
  async reconcile(): Promise<void> {
    const { ledger, objects, memory } = this.#process(0).app
    const seam: Seam = (name, effect) => this.#call(this.#process(0), name, 'stripe_unavailable', effect)
    const reconcile = createReconcile({
      tables: this.tables,
      ledger,
      objects,
      memory,
      lists: new StripeListsNow({ objects: this.#stripe, users: this.#history.users, seam }),
      clock: { now: () => this.nowMs },
    })
    for (const kind of await this.#turns.waitFor(untilNothingIsFound(reconcile))) {
      this.laws.meet(`reconciled ${kind}`)
    }
    this.nowMs += CACHE_TTL_MS + MEMORY_FRESH_MS
  }

  /** What a process answers to "what may this user do now?", while nothing else happens. */
  async checkAlone(userId: string) {
    return this.#turns.waitFor(this.#check(userId, 0))
  }

  async #check(userId: string, process: number) {
    const askedAt = this.nowMs
    const running = this.#process(process)
    const { entitlements, layer } = await running.app.cache.get(userId)
    if (running.isAlive) this.laws.answered({ process, entitlements, layer, askedAt, now: this.nowMs })
    return decideEntitlements(entitlements, this.nowMs, layer)
  }

  async #together(tasks: readonly (() => Promise<void>)[]): Promise<void> {
    const all = Promise.all(tasks.map((task) => task())).then(() => this.#deferredTasks())
    await this.#turns.waitFor(all)
  }

  async #deferredTasks(): Promise<void> {
    while (this.#deferred.length > 0) await Promise.all(this.#deferred.splice(0))
  }

  async #take(step: Step): Promise<void> {
    if (step.kind === 'moment') {
      const before = this.#momentsDone[step.index - 1]
      const happens = (async () => {
        await before
        await this.#turn('moment')
        this.#reach(step.at)
        for (const object of step.moment.changed) this.#stripe.set(object.id, object)
        this.#nextMoment = step.index + 1
      })()
      this.#momentsDone[step.index] = happens
      return happens
    }
    if ('after' in step) await this.#momentsDone[step.after]
    await this.#turn(step.kind)
    this.#reach(step.at)
    switch (step.kind) {
      case 'deliver':
        await this.#post(step.event, step.version, step.process)
        return
      case 'visit':
        await this.#visit(step.sessionId, step.userId, step.process)
        return
      case 'check':
        await this.#tolerating(() => this.#check(step.userId, step.process), step.process)
        return
      case 'crash':
        this.#process(step.process).kill()
        return
      case 'forget':
        this.#redis.clear()
        this.laws.redisForgot()
    }
  }

  /** Posts the event to a process, signed. The status; null where the process died before it answered. */
  async #post(event: ModelEvent, version: ApiVersion, process: number): Promise<number | null> {
    const body = this.#body(event, version)
    const stamp = Math.floor(this.nowMs / 1000)
    const mac = createHmac('sha256', SECRET).update(`${stamp}.`).update(body).digest('hex')
    const request = new Request('http://app.test/api/webhooks/stripe', {
      method: 'POST',
      headers: { 'stripe-signature': `t=${stamp},v1=${mac}` },
      body,
    })
    const running = this.#process(process)
    const answer = await Promise.race([
      handleStripeWebhookRequest(request, running.app.webhook),
      running.death,
    ])
    if (answer === 'no answer') return null
    this.laws.acknowledged(event.id, answer.status)
    return answer.status
  }

  /** What Stripe posts of this event, the same bytes at each delivery. */
  #body(event: ModelEvent, version: ApiVersion): Uint8Array<ArrayBuffer> {
    const key = `${event.id} ${version}`
    const body = this.#bodies.get(key) ?? new TextEncoder().encode(renderEvent(event, version))
    this.#bodies.set(key, body)
    return body
  }

  #visit(sessionId: string, userId: string, process: number): Promise<void> {
    return this.#tolerating(
      () => this.#process(process).app.confirmCheckout.execute({ userId, sessionId }),
      process,
    )
  }

  /** A page or a check may fail for want of a backend; anything else that is thrown is a fault of ours. */
  async #tolerating(work: () => Promise<unknown>, process: number): Promise<void> {
    try {
      await Promise.race([work(), this.#process(process).death])
    } catch (error) {
      if (!(error instanceof BillingError && error.retryable)) throw error
    }
  }

  #start(slot: number): RunningProcess {
    const { promise: death, resolve } = Promise.withResolvers<'no answer'>()
    const clock = { now: () => this.nowMs }
    const reach =
      (code: BillingErrorCode): Seam =>
      (name, effect) =>
        this.#call(running, name, code, effect)
    const database = reach('database_unavailable')
    const app = startProcess({
      clock,
      redis: new MemoryRedis({ stored: this.#redis, clock, seam: reach('cache_unavailable') }),
      objects: new StripeNow({
        objects: this.#stripe,
        nowSeconds: () => this.#stripeSeconds(),
        seam: reach('stripe_unavailable'),
      }),
      ledger: {
        applyStripeEvent: (event, change, now) =>
          database('postgres apply_stripe_event', async () => {
            const states = reversalStates(this.tables, change)
            const applied = await this.ledger.applyStripeEvent(event, change, now)
            this.laws.committed(event?.id ?? null, applied, this.nowMs, slot)
            if (isTaken(applied)) for (const state of states) this.laws.meet(state)
            return applied
          }),
      },
      loadFromDatabase: (userId, now) =>
        database('postgres get_user_entitlements', () => this.ledger.getUserEntitlements(userId, now)),
      defer: (task) => void this.#deferred.push(Promise.race([task(), death]).then(() => undefined)),
      sleep: () => this.#turn('sleep'),
    })
    const running: RunningProcess = {
      app,
      isAlive: true,
      death,
      kill: () => {
        running.isAlive = false
        resolve('no answer')
        this.#processes[slot] = this.#start(slot)
        this.laws.processStarted(slot)
      },
    }
    return running
  }

  /** One call that leaves a process: it waits its turn, and may fail. */
  async #call<T>(
    process: RunningProcess,
    name: string,
    code: BillingErrorCode,
    effect: () => T | Promise<T>,
  ): Promise<T> {
    const never = () => new Promise<T>(() => undefined)
    await this.#turn(name)
    if (!process.isAlive) return never()
    const fault = this.#isCalm ? 'none' : this.#faultOf(this.#calls, name)
    this.#calls += 1
    this.laws.meet(`${name}: ${fault}`)
    const failure = () => new BillingError(code, { retryable: true, cause: 'simulated' })
    if (fault === 'hang') this.nowMs += HANG_MS
    if (fault === 'before' || fault === 'hang') throw failure()
    const result = await effect()
    if (fault === 'twice') return effect()
    if (fault === 'after') throw failure()
    if (fault === 'kill') process.kill()
    return process.isAlive ? result : never()
  }

  #turn(label: string): Promise<void> {
    return this.#turns.schedule(Promise.resolve(), label)
  }

  #process(index: number): RunningProcess {
    const running = this.#processes[index]
    if (running === undefined) throw new RangeError(`no process ${index}`)
    return running
  }

  /** Stripe's own clock: an answer is never younger than what happens next, though it may be of the same second. */
  #stripeSeconds(): number {
    const next = this.#history.moments[this.#nextMoment]?.at ?? Number.POSITIVE_INFINITY
    return Math.min(Math.floor(this.nowMs / 1000), next)
  }

  #reach(atSeconds: number): void {
    this.nowMs = Math.max(this.nowMs, atSeconds * 1000)
  }
}
