import { Redis } from '@upstash/redis'
import { noop } from 'cockatiel'
import { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { ConfirmCheckout } from '#src/features/billing/application/checkout/ConfirmCheckout.ts'
import type { StripeWebhookDependencies } from '#src/features/billing/application/stripe-webhook.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IStripeObjects } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { StripeEventMemory } from '#src/features/billing/infrastructure/stripe/StripeEventMemory.ts'
import { StripeIdempotencyStore } from '#src/features/billing/infrastructure/stripe/StripeIdempotencyStore.ts'
import { StripeWebhooks } from '#src/features/billing/infrastructure/stripe/StripeWebhooks.ts'
import { EntitlementMemory } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { UserEntitlementCache } from '#src/infrastructure/redis/index.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { Log } from '#src/shared/types/log.ts'
import type { MemoryRedis } from './MemoryRedis.ts'

/** Users of one run. */
const USERS_MAX = 16

/** The signing secret of the simulation's endpoint. */
export const SECRET = 'whsec_simulation'

const silent: Log = { info: () => undefined, warn: () => undefined, error: () => undefined }
export const surroundings = { livemode: false, environment: 'local' }

/** What a process reaches: each call waits its turn in the simulation, and may fail. */
export interface Services {
  readonly clock: Clock
  readonly redis: MemoryRedis
  readonly ledger: IEntitlementLedger
  readonly objects: IStripeObjects
  readonly loadFromDatabase: (userId: string, now: number) => Promise<UserEntitlements>
  readonly defer: (task: () => Promise<void>) => void
  readonly sleep: (ms: number) => Promise<void>
}

/** One process of the app: the real use cases with a memory of their own, wired as the composition root does. */
export function startProcess(services: Services) {
  const { clock, ledger, objects, loadFromDatabase, defer, sleep } = services
  const redis = new Redis(services.redis)
  const cache = new UserEntitlementCache({
    redis,
    breaker: noop,
    loadFromDatabase,
    clock,
    log: silent,
    // As many as a run can have: the real bound is reserved at once, which a run a millisecond cannot afford.
    memory: new EntitlementMemory({ usersMax: USERS_MAX }),
    random: () => 0,
  })
  const processed = new StripeIdempotencyStore({ redis, breaker: noop, log: silent })
  const memory = new StripeEventMemory({ redis, breaker: noop, processed, cache })
  const errors = { report: () => undefined }
  const webhook: StripeWebhookDependencies = {
    admission: { admit: (work) => work(), isFull: () => false },
    webhooks: new StripeWebhooks({ secrets: [SECRET], realClock: clock }),
    memory,
    applyStripeEvent: new ApplyStripeEvent({ ledger, objects, clock, surroundings, policy }),
    log: silent,
    errors,
    analytics: { capture: async () => undefined },
    defer,
    sleep,
    stopwatch: () => 0,
  }
  return {
    ledger,
    objects,
    memory,
    cache,
    webhook,
    confirmCheckout: new ConfirmCheckout({ ledger, objects, memory, clock, surroundings, policy, errors }),
  }
}

export type AppProcess = ReturnType<typeof startProcess>
