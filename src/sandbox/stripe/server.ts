import { assertSandboxAllowed, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import type { Account } from './account.ts'
import type { AdvanceResult, AdvanceTarget } from './advance.ts'
import type { ObservedAnswer } from './api.ts'
import type { SandboxClock } from './clock.ts'
import { type PaidSession, type PayRequest, paySession } from './control/pay.ts'
import { SandboxCore, type WebhookTarget } from './core.ts'
import type { DeliveryOptions } from './delivery/courier.ts'
import { DEFAULT_DELIVERY } from './delivery/delivery.ts'
import type { DeliveryAttempt } from './delivery/records.ts'
import { refused } from './errors.ts'
import type { FaultPlan, GivenFault } from './faults/language.ts'
import { httpApp } from './http.ts'
import { randomText } from './ids.ts'
import type { State } from './state.ts'
import type { StripeEvent } from './wire.ts'

/** Every key of a sandbox starts with this, so that production can refuse it. */
export const SANDBOX_KEY_PREFIX = 'sk_test_sandbox_'

export interface StripeSandboxOptions {
  /** First port to try, stepping on where it is taken; 0 (default) lets the system choose. */
  port?: number
  /** Loopback only. Default `127.0.0.1`. */
  host?: string
  /** Fills the account with the catalogue's products and prices. Default true. */
  seed?: boolean
  /** An endpoint that exists from the start, also after a reset. */
  webhook?: WebhookTarget
  /** `sk_test_...`; default a random one under `SANDBOX_KEY_PREFIX`. */
  secretKey?: string
  /** Accepts no other key than `secretKey`. Default false: any `sk_test_` key is accepted. */
  onlySecretKey?: boolean
  delivery?: Partial<DeliveryOptions>
  /**
   * File that keeps everything across restarts: what the API has answered is in it. It is made where there is none.
   * Default: the state lives in memory.
   */
  stateFile?: string
  /** What goes wrong from the start, also after a reset. The language: `faults/language.ts`. */
  faults?: FaultPlan
  /**
   * Lets time stand at this moment, in seconds since 1970, so that it moves only by `advance` and a run can be repeated
   * exactly. Default: time runs, from now.
   */
  frozenAt?: number
}

/** A running sandbox, as a test or a runner in the same process sees it. */
export interface StripeSandbox {
  readonly url: string
  readonly host: string
  readonly port: number
  readonly secretKey: string
  /** The signing secret of the endpoint of the options, or null where there is none. */
  readonly webhookSecret: string | null
  readonly clock: SandboxClock
  readonly state: State
  readonly account: Account
  /** Moves time on; resolves once each delivery on the way has been answered, retries included. */
  advance(target: AdvanceTarget): Promise<AdvanceResult>
  /** Pays a checkout session as the hosted page does. Throws a `StripeError` where it is refused. */
  pay(sessionId: string, request?: PayRequest): PaidSession
  /** Delivers an event again, `times` at once. */
  deliver(eventId: string, times?: number): Promise<DeliveryAttempt[]>
  attempts(eventId: string): readonly DeliveryAttempt[]
  pauseDelivery(): void
  resumeDelivery(): void
  /** Resolves once nothing is queued or in flight. What waits for a retry waits for `advance`. */
  settle(): Promise<void>
  /** Throws a ZodError on a fault that does not exist. The language: `faults/language.ts`. */
  addFault(fault: GivenFault): void
  /** Puts a plan in place of whatever faults were set. */
  setFaults(plan: FaultPlan): void
  clearFaults(): void
  /** Calls `answered` with each answer of the API, `emitted` with each event, from now on. */
  observe(answered: (answer: ObservedAnswer) => void, emitted: (event: StripeEvent) => void): void
  /** Forgets everything but the seed and the webhook of the options. */
  reset(): void
  close(): Promise<void>
}

/**
 * Starts a stand-in for Stripe on a loopback port, its state in memory. The official SDK talks to it with nothing but
 * `host`, `port` and `protocol` changed.
 * @throws Error under `NODE_ENV=production`, on an address that others can reach, given a live key, or a state file that
 * is none.
 */
export async function createStripeSandbox(options: StripeSandboxOptions = {}): Promise<StripeSandbox> {
  const host = options.host ?? '127.0.0.1'
  assertSandboxAllowed('Stripe', host)
  const secretKey = options.secretKey ?? `${SANDBOX_KEY_PREFIX}${randomText(24)}`
  if (!secretKey.startsWith('sk_test_'))
    throw new Error('The Stripe sandbox takes test keys only (sk_test_...)')
  const core = new SandboxCore({
    seed: options.seed ?? true,
    webhook: options.webhook ?? null,
    delivery: { ...DEFAULT_DELIVERY, ...options.delivery },
    secretKey,
    onlySecretKey: options.onlySecretKey ?? false,
    stateFile: options.stateFile ?? null,
    faults: options.faults ?? null,
    frozenAtMs: options.frozenAt === undefined ? null : options.frozenAt * 1000,
  })
  const server = await listenOnLoopback(httpApp(core).fetch, {
    port: options.port,
    host,
    upgrade: (request, socket, head) => core.account.cliSessions.upgrade(request, socket, head),
    unreadable: (status) =>
      refused(status === 431 ? 'The head of the request is too large.' : 'The request is no HTTP.').body,
  })
  core.begin(server.url)
  return handleOf(core, { ...server, host })
}

interface Listening {
  url: string
  port: number
  host: string
  close(): Promise<void>
}

function handleOf(core: SandboxCore, server: Listening): StripeSandbox {
  const { account, api, time } = core
  return {
    url: server.url,
    host: server.host,
    port: server.port,
    secretKey: core.secretKey,
    webhookSecret: core.webhookSecret,
    clock: account.clock,
    state: account.state,
    account,
    advance: (target) => time.advance(target),
    pay: (sessionId, request = {}) => {
      core.journal.touch()
      return paySession(core, sessionId, request)
    },
    deliver: (eventId, times) => account.delivery.resend(account.need(account.state.events, eventId), times),
    attempts: (eventId) => account.delivery.attempts(eventId),
    pauseDelivery: () => account.delivery.pause(),
    resumeDelivery: () => account.delivery.resume(),
    settle: () => account.delivery.settled(),
    addFault: (fault) => {
      api.faults.add(fault)
    },
    setFaults: (plan) => api.faults.setPlan(plan),
    clearFaults: () => api.faults.clear(),
    observe: (answered, emitted) => {
      api.onAnswer(answered)
      account.onEvent(emitted)
    },
    reset: () => core.reset(),
    close: async () => {
      core.account.cliSessions.close()
      await server.close()
      await core.close()
    },
  }
}
