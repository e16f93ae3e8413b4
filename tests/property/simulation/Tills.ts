import { ConfirmCheckout } from '#src/features/billing/application/checkout/ConfirmCheckout.ts'
import { CreateCheckoutSessionUseCase } from '#src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts'
import type { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import {
  CheckoutSession,
  RESERVATION_TAKEOVER_SECONDS,
} from '#src/features/billing/domain/checkout/CheckoutSession.ts'
import type { ICheckoutAttempts } from '#src/features/billing/domain/checkout/interfaces/ICheckoutAttempts.ts'
import type {
  ICheckoutRepository,
  NewCheckoutSession,
} from '#src/features/billing/domain/checkout/interfaces/ICheckoutRepository.ts'
import { BillingError, type BillingErrorCode } from '#src/features/billing/domain/errors.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { MemoryCheckoutAttempts } from '#src/features/billing/infrastructure/memory/MemoryCheckoutAttempts.ts'
import { MemoryLedger } from '#src/features/billing/infrastructure/memory/MemoryLedger.ts'
import { MemoryTables } from '#src/features/billing/infrastructure/memory/MemoryTables.ts'
import { FaultyCalls, type MortalProcess } from './FaultyCalls.ts'
import type { FaultPlan } from './faults.ts'
import { BrokenLaw } from './Laws.ts'
import type { ModelObject } from './objects.ts'
import type { Turns } from './Simulation.ts'
import { StripeNow } from './StripeNow.ts'

const USER = { id: '00000000-0000-4000-8000-000000000001', email: null }
const DAY_MS = 86_400_000

interface Session {
  readonly id: string
  readonly order: NewCheckoutSession['order']
  status: 'open' | 'complete' | 'expired'
  readonly expiresAt: number
}

/**
 * One buyer who clicks Upgrade again and again, in tabs that several processes serve, each call of which waits for
 * its turn and may fail. At no moment may two sessions that the buyer was given be paid on.
 */
export class Tills {
  readonly met = new Map<string, number>()
  nowMs = 1_767_225_600_000
  readonly #turns: Turns
  readonly #calls: FaultyCalls
  readonly #tables = new MemoryTables()
  readonly #ledger = new MemoryLedger(this.#tables)
  readonly #objects = new Map<string, ModelObject>()
  readonly #customers = new Set<string>()
  readonly #byKey = new Map<string, Session>()
  readonly #given = new Set<Session>()

  constructor(turns: Turns, faultOf: FaultPlan) {
    this.#turns = turns
    this.#calls = new FaultyCalls(turns, faultOf, (ms) => {
      this.nowMs += ms
    })
    this.#tables.authUsers.add(USER.id)
  }

  /** A click, served by a process that may die at any call. */
  async click(request: CreateCheckoutSessionRequest): Promise<void> {
    const { promise: death, resolve: die } = Promise.withResolvers<null>()
    const process = { isAlive: true, die: () => die(null) }
    const useCase = this.#serve(process)
    try {
      const result = await Promise.race([useCase.execute({ user: USER, request }), death])
      this.#meet(`click: ${result?.kind ?? 'died'}`)
      if (result?.kind !== 'created') return
      const session = [...this.#byKey.values()].find(({ id }) => id === result.session.sessionId)
      if (session !== undefined) this.#given.add(session)
      const payable = [...this.#given].filter(({ status }) => status === 'open')
      if (payable.length > 1) throw new BrokenLaw(`F40: ${payable.length} sessions can be paid on`)
    } catch (error) {
      if (!(error instanceof BillingError && error.retryable)) throw error
      this.#meet(`click: ${error.code}`)
    }
  }

  /** The buyer pays on the session that was given last, if it is open still; no webhook comes. */
  async pay(): Promise<void> {
    await this.#turns.schedule(Promise.resolve(), 'pay')
    const session = [...this.#given].findLast(({ status }) => status === 'open')
    if (session === undefined) return
    session.status = 'complete'
    this.#meet('paid')
    this.#recordPurchase(session)
    const paid = [...this.#byKey.values()].filter(
      ({ status, order }) => status === 'complete' && order.mode === 'subscription',
    )
    if (paid.length > 1) throw new BrokenLaw('F39, F40: paid twice')
  }

  /** Every fault is over: one more click, when whatever was abandoned can be taken over, and what must hold then. */
  async settle(request: CreateCheckoutSessionRequest): Promise<void> {
    this.#calls.isCalm = true
    this.nowMs += (RESERVATION_TAKEOVER_SECONDS + 1) * 1000
    await this.click(request)
    if (this.#customers.size > 1) throw new BrokenLaw(`F14: ${this.#customers.size} customers of one user`)
    const open = [...this.#byKey.values()].filter(({ status }) => status === 'open')
    if (open.length > 1) throw new BrokenLaw(`F40: ${open.length} sessions are open at Stripe`)
  }

  #serve(process: MortalProcess): CreateCheckoutSessionUseCase {
    const call = <T>(name: string, code: BillingErrorCode, effect: () => T | Promise<T>) =>
      this.#calls.make(process, name, code, effect)
    const attempts = new MemoryCheckoutAttempts(this.#tables)
    const postgres = <T>(name: string, effect: () => Promise<T>) => call(name, 'database_unavailable', effect)
    const watched: ICheckoutAttempts = {
      reserve: (request) =>
        postgres('reserve', async () => {
          const reservation = await attempts.reserve(request)
          this.#meet(`reservation: ${reservation.outcome}`)
          return reservation
        }),
      open: (attempt, session) =>
        postgres('open', async () => {
          const isOurs = await attempts.open(attempt, session)
          if (!isOurs) this.#meet('a late holder was refused')
          return isOurs
        }),
      renew: (attempt) => postgres('renew', () => attempts.renew(attempt)),
      close: (id, status) => postgres('close', () => attempts.close(id, status)),
      linkCustomer: (userId, customerId, now) =>
        postgres('link', () => attempts.linkCustomer(userId, customerId, now)),
    }
    const clock = { now: () => this.nowMs }
    const objects = new StripeNow({
      objects: this.#objects,
      nowSeconds: () => Math.floor(this.nowMs / 1000),
      seam: (name, effect) => call(name, 'stripe_unavailable', effect),
    })
    return new CreateCheckoutSessionUseCase({
      policy,
      attempts: watched,
      checkout: this.#stripe(call),
      limiter: { take: async () => ({ allowed: true }) },
      clock,
      environment: 'local',
      confirmCheckout: new ConfirmCheckout({
        ledger: this.#ledger,
        objects,
        memory: { isProcessed: async () => false, remember: async () => undefined },
        clock,
        surroundings: { livemode: false, environment: 'local' },
        policy,
        errors: { report: () => undefined },
      }),
    })
  }

  #stripe(
    call: <T>(name: string, code: BillingErrorCode, effect: () => T) => Promise<T>,
  ): ICheckoutRepository {
    const stripe = <T>(name: string, effect: () => T) => call(name, 'stripe_unavailable', effect)
    return {
      createCustomer: ({ id }) =>
        stripe('create customer', () => {
          // Under one idempotency key, so always the same one.
          const customer = `cus_${id.slice(-1)}`
          this.#customers.add(customer)
          return customer
        }),
      createSession: (wanted) =>
        stripe('create session', () => {
          const session = this.#byKey.get(wanted.idempotencyKey) ?? {
            id: `cs_${this.#byKey.size + 1}`,
            order: wanted.order,
            status: 'open' as const,
            expiresAt: this.nowMs + DAY_MS,
          }
          this.#byKey.set(wanted.idempotencyKey, session)
          // A replayed answer says what it said at first: docs.stripe.com/api/idempotent_requests
          return { kind: 'created', session: viewOf({ ...session, status: 'open' }) }
        }),
      expireSession: (id) =>
        stripe('expire session', () => {
          const session = [...this.#byKey.values()].find((candidate) => candidate.id === id)
          if (session?.status === 'complete') return 'complete'
          if (session !== undefined) session.status = 'expired'
          return 'expired'
        }),
      listOpenSessions: () =>
        stripe('list sessions', () =>
          [...this.#byKey.values()].filter(({ status }) => status === 'open').map(({ id }) => id),
        ),
      findPromotionCode: async () => null,
      createPortalSession: async () => 'http://portal.test',
    }
  }

  #recordPurchase({ id, order }: Session): void {
    const metadata = {
      tollgate_user_id: USER.id,
      tollgate_plan: order.plan,
      tollgate_lookup_key: order.lookupKey,
    }
    const now = Math.floor(this.nowMs / 1000)
    const subscription = order.mode === 'subscription' ? `sub_${id}` : null
    this.#objects.set(id, {
      kind: 'checkout_session',
      id,
      mode: order.mode,
      status: 'complete',
      paymentStatus: 'paid',
      customer: 'cus_1',
      clientReferenceId: USER.id,
      subscription,
      paymentIntent: subscription === null ? `pi_${id}` : null,
      amountTotal: 1_900,
      created: now,
      metadata,
    })
    if (subscription === null) return
    this.#objects.set(subscription, {
      kind: 'subscription',
      id: subscription,
      customer: 'cus_1',
      metadata,
      status: 'active',
      items: [
        {
          id: `si_${id}`,
          lookupKey: order.lookupKey,
          quantity: order.quantity,
          periodStart: now,
          periodEnd: now + 30 * 86_400,
        },
      ],
      cancelAt: null,
      cancelAtPeriodEnd: false,
      endedAt: null,
      trialEnd: null,
      pauseCollection: false,
      created: now,
      statusSince: now,
    })
  }

  #meet(state: string): void {
    this.met.set(state, (this.met.get(state) ?? 0) + 1)
  }
}

function viewOf({ id, status, expiresAt }: Session): CheckoutSession {
  return new CheckoutSession({ sessionId: id, url: `http://stripe.test/${id}`, status, expiresAt })
}
