import { after } from 'next/server.js'
import { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { OpenBillingPortal } from '#src/features/billing/application/account/OpenBillingPortal.ts'
import { ReadBillingAccount } from '#src/features/billing/application/account/ReadBillingAccount.ts'
import { ConfirmCheckout } from '#src/features/billing/application/checkout/ConfirmCheckout.ts'
import { CreateCheckoutSessionUseCase } from '#src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts'
import type { CheckoutRequestDependencies } from '#src/features/billing/application/checkout/checkout-request.ts'
import { CheckEntitlements } from '#src/features/billing/application/entitlements/CheckEntitlements.ts'
import { GrantEntitlement } from '#src/features/billing/application/grants/GrantEntitlement.ts'
import { RevokeEntitlement } from '#src/features/billing/application/grants/RevokeEntitlement.ts'
import {
  overloaded,
  refusesUnread,
  type StripeWebhookDependencies,
} from '#src/features/billing/application/stripe-webhook.ts'
import { SettleTrials } from '#src/features/billing/application/trial/SettleTrials.ts'
import { SettlingCheckout } from '#src/features/billing/application/trial/SettlingCheckout.ts'
import { SettlingEvents } from '#src/features/billing/application/trial/SettlingEvents.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { StripeCancellations } from '#src/features/billing/infrastructure/stripe/StripeCancellations.ts'
import { StripeCheckoutAdapter } from '#src/features/billing/infrastructure/stripe/StripeCheckoutAdapter.ts'
import { StripeEventMemory } from '#src/features/billing/infrastructure/stripe/StripeEventMemory.ts'
import { StripeIdempotencyStore } from '#src/features/billing/infrastructure/stripe/StripeIdempotencyStore.ts'
import { StripeObjects } from '#src/features/billing/infrastructure/stripe/StripeObjects.ts'
import { StripeTrials } from '#src/features/billing/infrastructure/stripe/StripeTrials.ts'
import { StripeWebhooks } from '#src/features/billing/infrastructure/stripe/StripeWebhooks.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { Log } from '#src/shared/types/log.ts'
import { createAdmission } from './admission.ts'
import { createClock } from './clock/create-clock.ts'
import { systemClock } from './clock/system-clock.ts'
import {
  createRedisClient,
  createStripeClient,
  createSupabaseServiceClient,
  REDIS_CHECK_DEADLINE_MS,
  REDIS_WEBHOOK_DEADLINE_MS,
} from './config/clients.ts'
import { type AppConfig, readConfig } from './config/env.ts'
import { DatabaseGrants } from './db/database-grants.ts'
import { DatabaseService } from './db/database-service.ts'
import { supabaseRpc } from './db/supabase-rpc.ts'
import { Trials } from './db/trials.ts'
import { createAnalytics } from './observability/analytics.ts'
import { createErrorReporter } from './observability/error-reporter.ts'
import { createLog } from './observability/log.ts'
import { quietLog } from './observability/quiet-log.ts'
import { createOperations } from './operations-root.ts'
import { UserEntitlementCache } from './redis/index.ts'
import { RedisRateLimiter } from './redis/RedisRateLimiter.ts'
import { createRedisBreaker } from './redis/redis-breaker.ts'
import { openWebhookDoor } from './webhook-door.ts'

/** Requests a minute that one address may make to the checkout, and checkouts a minute that one user may start. */
export const CHECKOUTS_PER_ADDRESS = { name: 'checkout-address', requests: 30 }
export const CHECKOUTS_PER_USER = { name: 'checkout-user', requests: 10 }

/** What the host provides. */
export interface Host {
  readonly clock: Clock
  readonly log: Log
  /** Runs a task after the response was sent. */
  readonly defer: (task: () => Promise<void>) => void
}

/** Billing's use cases, wired to the real services of one configuration. */
export type Billing = ReturnType<typeof createBilling>

/** Wires everything once. This is the only place that knows which adapter stands behind which port. */
export function createBilling(config: AppConfig, { clock, log, defer }: Host) {
  const errors = createErrorReporter(config.sentryDsn)
  const analytics = createAnalytics(config.posthog, log)
  const stripe = createStripeClient(config.stripe)
  const stopwatch = () => performance.now()
  const quiet = quietLog(log, stopwatch)
  const checkRedis = createRedisClient(config.redis, { deadlineMs: REDIS_CHECK_DEADLINE_MS })
  const webhookRedis = createRedisClient(config.redis, { deadlineMs: REDIS_WEBHOOK_DEADLINE_MS })
  // A breaker a deadline: a check never waits while a webhook, which has more time, tries Redis again.
  const breaker = createRedisBreaker()
  const supabase = createSupabaseServiceClient(config.supabase)
  const callFunction = supabaseRpc(supabase)
  const database = new DatabaseService(callFunction)
  const grants = new DatabaseGrants(callFunction)
  const cache = new UserEntitlementCache({
    redis: checkRedis,
    breaker: createRedisBreaker(),
    loadFromDatabase: (userId, now) => database.getUserEntitlements(userId, now),
    clock,
    log: quiet,
  })
  const processed = new StripeIdempotencyStore({ redis: webhookRedis, breaker, log: quiet })
  const memory = new StripeEventMemory({ redis: webhookRedis, breaker, processed, cache })
  const objects = new StripeObjects(stripe)
  const webhooks = new StripeWebhooks({ secrets: config.stripe.webhookSecrets, realClock: systemClock })
  const surroundings = { livemode: config.stripe.livemode, environment: config.environment }
  const checkout = new StripeCheckoutAdapter({
    stripe,
    appUrl: config.appUrl,
    environment: config.environment,
  })
  const limiter = (limit: typeof CHECKOUTS_PER_USER) =>
    new RedisRateLimiter({ redis: webhookRedis, breaker, limit, clock, log: quiet })
  const confirmCheckout = new ConfirmCheckout({
    ledger: database,
    objects,
    memory,
    clock,
    surroundings,
    policy,
    errors,
  })
  const createCheckoutSession = new CreateCheckoutSessionUseCase({
    attempts: database,
    checkout,
    limiter: limiter(CHECKOUTS_PER_USER),
    clock,
    confirmCheckout,
    policy,
    environment: config.environment,
  })

  const applierOver = (ledger: IEntitlementLedger) =>
    new ApplyStripeEvent({ ledger, objects, clock, surroundings, policy })

  const settleTrials = new SettleTrials({
    trials: new Trials(callFunction),
    stripe: new StripeTrials({
      stripe,
      cancellations: new StripeCancellations(stripe),
      environment: config.environment,
    }),
    clock,
    errors,
  })

  const operations = createOperations({
    supabase,
    database,
    stripe,
    objects,
    checkout,
    surroundings,
    config,
    reader: cache,
    webhooks,
    memory,
    clock,
    log,
    errors,
    analytics,
    applierOver,
  })

  return {
    operations,
    outboxRequest: { drainOutbox: operations.drainOutbox, secret: config.cronSecret, log, errors },
    scheduledCheck: { ...operations, settleTrials, secret: config.cronSecret, clock, log, errors },
    /** This app's own origin. */
    appUrl: config.appUrl,
    clock,
    createCheckoutSession,
    confirmCheckout: new SettlingCheckout({ confirmCheckout, settleTrials }),
    checkEntitlements: new CheckEntitlements({ reader: cache, clock }),
    readBillingAccount: new ReadBillingAccount({ accounts: database, clock, policy }),
    grantEntitlement: new GrantEntitlement({ grants, memory, clock }),
    revokeEntitlement: new RevokeEntitlement({ grants, memory, clock }),
    openBillingPortal: new OpenBillingPortal({ accounts: database, checkout, clock }),
    checkoutRequest: {
      createCheckoutSession,
      addressLimiter: limiter(CHECKOUTS_PER_ADDRESS),
      appUrl: config.appUrl,
      log,
      errors,
      analytics,
      defer,
      stopwatch,
    } satisfies Omit<CheckoutRequestDependencies, 'authenticate'>,
    stripeWebhook: {
      admission: createAdmission(),
      webhooks,
      memory,
      applyStripeEvent: new SettlingEvents({ applyStripeEvent: applierOver(database), settleTrials }),
      log,
      errors,
      analytics,
      defer,
      sleep: (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms)),
      stopwatch,
    } satisfies StripeWebhookDependencies,
  }
}

/** Where the process keeps it: Next bundles this module once for pages and once for each route handler. */
const BUILT = Symbol.for('tollgate.billing')
const shared = globalThis as { [BUILT]?: Billing }

/**
 * The billing of this process, built at the first call from the environment. There is one, whichever bundle asks, so
 * that a page's check sees at once what a webhook has just learned (I6).
 */
export function billing(): Billing {
  shared[BUILT] ??= createProcessBilling()
  return shared[BUILT]
}

function createProcessBilling(): Billing {
  const config = readConfig()
  const clock = createClock(config)
  void clock.start()
  const built = createBilling(config, { clock, log: createLog(), defer: (task) => after(task) })
  void openWebhookDoor(() => refusesUnread(built.stripeWebhook), overloaded())
  return built
}
