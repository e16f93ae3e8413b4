import { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { SettleTrials } from '#src/features/billing/application/trial/SettleTrials.ts'
import { SettlingEvents } from '#src/features/billing/application/trial/SettlingEvents.ts'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import { BillingError, type BillingErrorCode } from '#src/features/billing/domain/errors.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import type { IStripeTrials, RunningTrial } from '#src/features/billing/domain/trial/IStripeTrials.ts'
import type { ITrials } from '#src/features/billing/domain/trial/ITrials.ts'
import { MemoryLedger } from '#src/features/billing/infrastructure/memory/MemoryLedger.ts'
import { MemoryTables } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'
import { MemoryTrials } from '#src/features/billing/infrastructure/memory/MemoryTrials.ts'
import { FaultyCalls, type MortalProcess } from './FaultyCalls.ts'
import type { FaultPlan } from './faults.ts'
import { BrokenLaw } from './Laws.ts'
import type { ModelObject, ModelSubscription } from './objects.ts'
import { parsed } from './orders.ts'
import { renderEvent } from './render.ts'
import type { Turns } from './Simulation.ts'
import { StripeNow } from './StripeNow.ts'

const DAY = 86_400
const TRIAL = 14 * DAY

/** What a trial is to be paid with: a card by its fingerprint, or something that is no card. */
export type PaidWith = 'card one' | 'card two' | 'no card'

/** Somebody who begins a trial. */
export interface Beginner {
  readonly paysWith: PaidWith
  /** Whether Stripe knows it when the subscription begins; if not, the buyer gives it later. */
  readonly isGivenAtOnce: boolean
  /** Whether it can be charged when a trial is ended. */
  readonly canBeCharged: boolean
}

interface AtStripe extends Beginner {
  readonly userId: string
  subscription: ModelSubscription
  isGiven: boolean
  ends: number
}

/**
 * Buyers who begin a trial, some with one another's card: the events of each come to several processes, each call of
 * which waits for its turn and may fail. Once all is told, a card has the trial that was its first, and no other.
 */
export class TrialsOnCards {
  readonly met = new Map<string, number>()
  nowMs = 1_767_225_600_000
  readonly #calls: FaultyCalls
  readonly #tables = new MemoryTables()
  readonly #ledger = new MemoryLedger(this.#tables)
  readonly #trials = new MemoryTrials(this.#tables)
  readonly #buyers: AtStripe[] = []
  readonly #bodies: string[] = []

  constructor(turns: Turns, faultOf: FaultPlan) {
    this.#calls = new FaultyCalls(turns, faultOf, (ms) => {
      this.nowMs += ms
    })
  }

  /** A subscription begins on trial, and Stripe tells it twice. */
  async begin(beginner: Beginner): Promise<void> {
    const number = this.#buyers.length + 1
    const userId = `00000000-0000-4000-8000-00000000000${number}`
    this.#tables.authUsers.add(userId)
    const subscription = trialOf(userId, number, this.#nowSeconds())
    const buyer = { ...beginner, userId, subscription, isGiven: beginner.isGivenAtOnce, ends: 0 }
    this.#buyers.push(buyer)
    const body = this.#tell('created', buyer, null)
    await Promise.all([this.#deliver(body), this.#deliver(body)])
  }

  /** Whoever has not said yet what they pay with says so now. */
  async giveTheRest(): Promise<void> {
    const late = this.#buyers.filter(({ isGiven }) => !isGiven)
    for (const buyer of late) buyer.isGiven = true
    await Promise.all(late.map((buyer) => this.#deliver(this.#tell('updated', buyer, buyer.subscription))))
  }

  /** Every fault is over: the scheduled check runs, each event is delivered once more, and what must hold then. */
  async settle(): Promise<void> {
    this.#calls.isCalm = true
    await this.giveTheRest()
    const { settleTrials } = this.#serve({ isAlive: true, die: () => undefined })
    if ((await settleTrials.sweep()) > 0) this.#meet('left to the scheduled check')
    for (let told = 0; told < this.#bodies.length; told += 1) await this.#deliver(this.#bodies[told] ?? '')
    for (const card of ['card one', 'card two'] as const) this.#lookAtCard(card)
    for (const buyer of this.#buyers) await this.#lookAtBuyer(buyer)
    const open = await this.#trials.listOpen(this.#buyers.length)
    if (open.length > 0) throw new BrokenLaw(`F89: ${open.length} trials are open still`)
  }

  #lookAtCard(card: PaidWith): void {
    const had = this.#buyers.filter(({ paysWith }) => paysWith === card)
    const left = had.filter(({ ends }) => ends === 0)
    if (had.length > 0 && left.length !== 1) throw new BrokenLaw(`F89: ${left.length} trials of one card`)
    if (had.length > 1) this.#meet('several of one card')
  }

  async #lookAtBuyer({ userId, subscription, paysWith, ends }: AtStripe): Promise<void> {
    const { id, status } = subscription
    if (paysWith === 'no card' && ends > 0) throw new BrokenLaw('F89: a trial without a card was ended')
    const stored = await this.#ledger.getUserEntitlements(userId, this.nowMs)
    const [source] = stored.sources.filter(({ sourceId }) => sourceId === id)
    const isOpen = decideEntitlements(stored, this.nowMs, 'postgres').active.length === 1
    if (isOpen !== (status !== 'canceled') || (isOpen && source?.status !== status)) {
      throw new BrokenLaw(`I2: ${id} is ${status} at Stripe and ${source?.status ?? 'gone'} here`)
    }
    const words = this.#tables.outbox.where(
      (message) => message.userId === userId && message.topic === 'trial.card_had_one',
    )
    if (words.length !== ends) throw new BrokenLaw(`F89: ${words.length} words of ${ends} ends`)
  }

  /** Delivers until a process acknowledges it, as Stripe does, but at most three times. */
  async #deliver(body: string): Promise<void> {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const { promise: death, resolve } = Promise.withResolvers<null>()
      const { events } = this.#serve({ isAlive: true, die: () => resolve(null) })
      try {
        if ((await Promise.race([events.execute(parsed(body)), death])) !== null) return
        this.#meet('a process died')
      } catch (error) {
        if (!(error instanceof BillingError && error.retryable)) throw error
        this.#meet(error.code)
      }
    }
  }

  #serve(process: MortalProcess) {
    const call = <T>(name: string, code: BillingErrorCode, effect: () => T | Promise<T>) =>
      this.#calls.make(process, name, code, effect)
    const stripe = <T>(name: string, effect: () => T | Promise<T>) => call(name, 'stripe_unavailable', effect)
    const postgres = <T>(name: string, effect: () => Promise<T>) => call(name, 'database_unavailable', effect)
    const ledger: IEntitlementLedger = {
      applyStripeEvent: (...args) => postgres('apply', () => this.#ledger.applyStripeEvent(...args)),
    }
    const clock = { now: () => this.nowMs }
    const objects = new Map<string, ModelObject>(
      this.#buyers.map(({ subscription }) => [subscription.id, subscription]),
    )
    const trials: ITrials = {
      judge: (...args) =>
        postgres('judge', async () => {
          const verdict = await this.#trials.judge(...args)
          this.#meet(`verdict: ${verdict}`)
          return verdict
        }),
      listOpen: (limit) => postgres('list open', () => this.#trials.listOpen(limit)),
    }
    const atStripe: IStripeTrials = {
      read: (id) => stripe('read trial', () => this.#read(id)),
      end: (id) => stripe('end trial', () => this.#end(id)),
    }
    const settleTrials = new SettleTrials({
      trials,
      stripe: atStripe,
      clock,
      errors: {
        report: (error) => {
          throw error
        },
      },
    })
    const applyStripeEvent = new ApplyStripeEvent({
      ledger,
      objects: new StripeNow({
        objects,
        nowSeconds: () => this.#nowSeconds(),
        seam: (name, effect) => stripe(name, effect),
      }),
      clock,
      surroundings: { livemode: false, environment: 'local' },
      policy,
    })
    return { settleTrials, events: new SettlingEvents({ applyStripeEvent, settleTrials }) }
  }

  #read(id: string): RunningTrial {
    const { subscription, isGiven, paysWith } = this.#buyer(id)
    if (subscription.status !== 'trialing') return { kind: 'over' }
    if (!isGiven) return { kind: 'no_payment_method' }
    return { kind: 'payment_method', cardFingerprint: paysWith === 'no card' ? null : paysWith }
  }

  /** As Stripe ends a trial under `error_if_incomplete`: docs.stripe.com/api/subscriptions/update. */
  #end(id: string): void {
    const buyer = this.#buyer(id)
    const before = buyer.subscription
    if (before.status !== 'trialing') {
      this.#meet('ended again')
      return
    }
    const now = this.#nowSeconds()
    buyer.ends += 1
    const items = before.items.map((item) => ({ ...item, periodStart: now, periodEnd: now + 30 * DAY }))
    buyer.subscription = buyer.canBeCharged
      ? { ...before, status: 'active', items, trialEnd: now, statusSince: now }
      : { ...before, status: 'canceled', endedAt: now, statusSince: now }
    this.#meet(`ended: ${buyer.subscription.status}`)
    // It comes last: until then the trial runs here, and whatever does come settles it again.
    this.#tell(buyer.canBeCharged ? 'updated' : 'deleted', buyer, before)
  }

  #buyer(id: string): AtStripe {
    const buyer = this.#buyers.find(({ subscription }) => subscription.id === id)
    if (buyer === undefined) throw new RangeError(`nobody has ${id}`)
    return buyer
  }

  #tell(
    what: 'created' | 'updated' | 'deleted',
    { subscription }: AtStripe,
    before: ModelObject | null,
  ): string {
    const body = renderEvent(
      {
        id: `evt_${this.#bodies.length + 1}`,
        type: `customer.subscription.${what}`,
        created: this.#nowSeconds(),
        object: subscription,
        before,
      },
      '2026-10-28.endive',
    )
    this.#bodies.push(body)
    return body
  }

  #nowSeconds(): number {
    return Math.floor(this.nowMs / 1000)
  }

  #meet(state: string): void {
    this.met.set(state, (this.met.get(state) ?? 0) + 1)
  }
}

function trialOf(userId: string, number: number, now: number): ModelSubscription {
  return {
    kind: 'subscription',
    id: `sub_${number}`,
    customer: `cus_${number}`,
    metadata: { tollgate_user_id: userId, tollgate_environment: 'local', tollgate_trial: 'once_per_card' },
    status: 'trialing',
    items: [
      {
        id: `si_${number}`,
        lookupKey: 'tollgate_pro_monthly_v1',
        quantity: 1,
        periodStart: now,
        periodEnd: now + TRIAL,
      },
    ],
    cancelAt: null,
    cancelAtPeriodEnd: false,
    endedAt: null,
    trialEnd: now + TRIAL,
    pauseCollection: false,
    created: now,
    statusSince: now,
  }
}
