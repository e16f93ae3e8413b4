import type { SupabaseClient } from '@supabase/supabase-js'
import type Stripe from 'stripe'
import type { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { ApplyStripeObject } from '#src/features/billing/application/ApplyStripeObject.ts'
import { PushCatalogue } from '#src/features/billing/application/catalogue/PushCatalogue.ts'
import type { Check } from '#src/features/billing/application/doctor/Finding.ts'
import {
  catalogueCheck,
  deletedUsersCheck,
  keptCheck,
  lawsCheck,
  outboxCheck,
  reconciliationCheck,
  secondPurchasesCheck,
} from '#src/features/billing/application/doctor/operation-checks.ts'
import { ExplainAccess } from '#src/features/billing/application/explain/ExplainAccess.ts'
import { ForgetDeletedUsers } from '#src/features/billing/application/forget/ForgetDeletedUsers.ts'
import { ForgetUser } from '#src/features/billing/application/forget/ForgetUser.ts'
import { CheckLaws } from '#src/features/billing/application/invariants/CheckLaws.ts'
import { PurgePayloads } from '#src/features/billing/application/ledger/PurgePayloads.ts'
import { DrainOutbox } from '#src/features/billing/application/outbox/DrainOutbox.ts'
import { Reconcile } from '#src/features/billing/application/reconcile/Reconcile.ts'
import { ReconcileInvoices } from '#src/features/billing/application/reconcile/ReconcileInvoices.ts'
import { ReconcileObjects } from '#src/features/billing/application/reconcile/ReconcileObjects.ts'
import { ReconcileReversals } from '#src/features/billing/application/reconcile/ReconcileReversals.ts'
import { ReplayEvents } from '#src/features/billing/application/replay/ReplayEvents.ts'
import { SelectEvents } from '#src/features/billing/application/replay/SelectEvents.ts'
import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { Surroundings } from '#src/features/billing/domain/change/decide-change.ts'
import type { ICheckoutAttempts } from '#src/features/billing/domain/checkout/interfaces/ICheckoutAttempts.ts'
import type { ICheckoutRepository } from '#src/features/billing/domain/checkout/interfaces/ICheckoutRepository.ts'
import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEntitlementReader } from '#src/features/billing/domain/interfaces/IEntitlementReader.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IStripeObjects } from '#src/features/billing/domain/interfaces/IStripeObjects.ts'
import type { IStripeWebhooks } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { clockCheck } from '#src/features/billing/infrastructure/doctor/clock-check.ts'
import { accessCheck, migrationsCheck } from '#src/features/billing/infrastructure/doctor/database-checks.ts'
import { redisCheck } from '#src/features/billing/infrastructure/doctor/redis-check.ts'
import {
  arrivalCheck,
  endpointCheck,
  lookupKeyCheck,
} from '#src/features/billing/infrastructure/doctor/stripe-checks.ts'
import { webhookProbe } from '#src/features/billing/infrastructure/doctor/webhook-probe.ts'
import { CountedSink } from '#src/features/billing/infrastructure/outbox/CountedSink.ts'
import { HookSink } from '#src/features/billing/infrastructure/outbox/HookSink.ts'
import { LogSink } from '#src/features/billing/infrastructure/outbox/LogSink.ts'
import { createPace } from '#src/features/billing/infrastructure/stripe/pace.ts'
import { summarisePayload } from '#src/features/billing/infrastructure/stripe/payload-summary.ts'
import { StripeCancellations } from '#src/features/billing/infrastructure/stripe/StripeCancellations.ts'
import { StripeCatalogue } from '#src/features/billing/infrastructure/stripe/StripeCatalogue.ts'
import { StripeEvents } from '#src/features/billing/infrastructure/stripe/StripeEvents.ts'
import { StripeLists } from '#src/features/billing/infrastructure/stripe/StripeLists.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { Analytics, ErrorReporter, Log } from '#src/shared/types/log.ts'
import { createUserAccounts } from './auth/user-accounts.ts'
import { systemClock } from './clock/system-clock.ts'
import { createRedisClient } from './config/clients.ts'
import type { AppConfig } from './config/env.ts'
import { AccessHistory } from './db/access-history.ts'
import { getDiagnosis } from './db/diagnosis.ts'
import { ForgottenUsers } from './db/forgotten-users.ts'
import { LedgerService } from './db/ledger-service.ts'
import { OutboxService } from './db/outbox-service.ts'
import { ReconcileStore } from './db/reconcile-store.ts'
import { SecondPurchases } from './db/second-purchases.ts'
import { supabaseRpc } from './db/supabase-rpc.ts'

/** How long a page of the ledger or a preview may take: an operator waits, and statements end themselves before. */
export const OPERATIONS_RPC_DEADLINE_MS = 15_000

const DAY_MS = 86_400_000

/** How long a doctor waits for Redis: whether it answers at all is asked, not whether it is fast. */
const REDIS_DOCTOR_DEADLINE_MS = 5_000

/** What the composition root has built, as far as an operator's tools stand on it. */
export interface OperationsDependencies {
  readonly supabase: SupabaseClient
  readonly database: IEntitlementLedger & Pick<ICheckoutAttempts, 'linkCustomer'>
  readonly stripe: Stripe
  readonly objects: IStripeObjects
  readonly checkout: ICheckoutRepository
  readonly surroundings: Surroundings
  readonly config: AppConfig
  /** Where a check gets its answer. */
  readonly reader: IEntitlementReader
  readonly webhooks: IStripeWebhooks
  readonly memory: IEventMemory
  readonly clock: Clock
  readonly log: Log
  readonly errors: ErrorReporter
  readonly analytics: Analytics
  /** The webhook's use case, over this ledger. */
  readonly applierOver: (ledger: IEntitlementLedger) => ApplyStripeEvent
}

/** Wires what an operator does: the command line and the scheduled check share it. */
export function createOperations(deps: OperationsDependencies) {
  const {
    supabase,
    database,
    stripe,
    objects,
    checkout,
    surroundings,
    config,
    reader,
    webhooks,
    memory,
    clock,
    log,
    errors,
    analytics,
    applierOver,
  } = deps
  const call = supabaseRpc(supabase, { deadlineMs: OPERATIONS_RPC_DEADLINE_MS })
  const ledger = new LedgerService(call)
  const store = new ReconcileStore(call)
  const secondPurchases = new SecondPurchases(call)
  const pace = createPace({
    stopwatch: () => performance.now(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  })
  const pacedObjects: Pick<IStripeObjects, 'read' | 'readPayment'> = {
    read: (kind, id) => pace(() => objects.read(kind, id)),
    readPayment: (id) => pace(() => objects.readPayment(id)),
  }
  const objectApplierOver = (over: IEntitlementLedger) =>
    new ApplyStripeObject({ ledger: over, objects: pacedObjects, clock, surroundings, policy })
  const reconciled = { store, ledger: database, preview: ledger, memory, clock, surroundings, policy }
  const stripeEvents = new StripeEvents({ stripe, webhooks })
  const lists = new StripeLists({ stripe, pace, livemode: surroundings.livemode })
  const reconcile = new Reconcile({
    store,
    lists,
    secondPurchases,
    objects: new ReconcileObjects({ ...reconciled, applierOver: objectApplierOver }),
    invoices: new ReconcileInvoices({ ...reconciled, lists }),
    reversals: new ReconcileReversals({ ...reconciled, applierOver: objectApplierOver }),
    linkCustomer: (userId, customerId, now) => database.linkCustomer(userId, customerId, now),
    clock,
    stopwatch: () => performance.now(),
  })
  const pushCatalogue = new PushCatalogue({
    catalogue,
    stripe: new StripeCatalogue({ stripe, environment: surroundings.environment }),
  })
  const checkLaws = new CheckLaws({ book: ledger, clock })
  const users = new ForgottenUsers(call)
  const forgetUser = new ForgetUser({
    users,
    cancellations: new StripeCancellations(stripe),
    checkout,
    accounts: createUserAccounts(supabase),
    memory,
    policy,
    clock,
  })
  const outbox = new OutboxService(call)
  const receiver =
    config.hook === null ? new LogSink(log) : new HookSink(config.hook, { realClock: systemClock })
  const diagnose = () => getDiagnosis(call)
  const checks = (readMigrations: () => Promise<readonly string[]>): readonly Check[] => [
    endpointCheck(stripe, config.appUrl),
    webhookProbe({
      appUrl: config.appUrl,
      secrets: config.stripe.webhookSecrets,
      livemode: config.stripe.livemode,
      realClock: systemClock,
    }),
    arrivalCheck(stripe, ledger, () => Math.floor(clock.now() / 1000)),
    keptCheck(ledger),
    catalogueCheck(pushCatalogue),
    lookupKeyCheck(stripe, ({ metadata }) => metadata[metadataKeys.plan] ?? null),
    migrationsCheck(diagnose, readMigrations),
    accessCheck(diagnose),
    lawsCheck(checkLaws),
    deletedUsersCheck(users),
    secondPurchasesCheck(secondPurchases, () => clock.now()),
    outboxCheck(outbox, () => clock.now()),
    redisCheck(createRedisClient(config.redis, { deadlineMs: REDIS_DOCTOR_DEADLINE_MS }), config.redis),
    clockCheck({ stripe, diagnose, clock, realClock: systemClock }),
    reconciliationCheck(
      () => reconcile.latest(true),
      () => clock.now(),
    ),
  ]
  return {
    /** What `doctor` looks at; the migrations of this code lie where it runs from. */
    checks,
    reconcile,
    pushCatalogue,
    checkLaws,
    forgetUser,
    forgetDeletedUsers: new ForgetDeletedUsers({ users, forgetUser, errors }),
    outbox,
    drainOutbox: new DrainOutbox({
      outbox,
      sink: new CountedSink(receiver, analytics),
      clock,
      stopwatch: () => performance.now(),
      log,
      errors,
    }),
    explainAccess: new ExplainAccess({ history: new AccessHistory(call), reader, clock, policy }),
    ledger,
    purgePayloads: new PurgePayloads({ ledger, clock, retentionMs: config.payloadRetentionDays * DAY_MS }),
    showEvent: async (eventId: string) => {
      const record = await ledger.getEvent(eventId)
      if (record === null) return null
      const { payload, ...shown } = record
      return { ...shown, payload: payload === null ? null : summarisePayload(payload) }
    },
    replayEvents: new ReplayEvents({
      select: new SelectEvents({ ledger, stripe: stripeEvents, webhooks }),
      ledger: database,
      preview: ledger,
      memory,
      clock,
      applierOver,
    }),
  }
}

/** An operator's use cases, wired to the real services of one configuration. */
export type Operations = ReturnType<typeof createOperations>
