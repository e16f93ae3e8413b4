import { randomUUID } from 'node:crypto'
import type Stripe from 'stripe'
import { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { ConfirmCheckout } from '#src/features/billing/application/checkout/ConfirmCheckout.ts'
import { CreateCheckoutSessionUseCase } from '#src/features/billing/application/checkout/CreateCheckoutSessionUseCase.ts'
import type { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { policy } from '#src/features/billing/domain/policy/policy.ts'
import { StripeCheckoutAdapter } from '#src/features/billing/infrastructure/stripe/StripeCheckoutAdapter.ts'
import { StripeObjects } from '#src/features/billing/infrastructure/stripe/StripeObjects.ts'
import { StripeWebhooks } from '#src/features/billing/infrastructure/stripe/StripeWebhooks.ts'
import { systemClock } from '#src/infrastructure/clock/system-clock.ts'
import { createStripeClient, createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { supabaseRpc } from '#src/infrastructure/db/supabase-rpc.ts'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'
import { createSupabaseSandbox } from '#src/sandbox/supabase/server.ts'
import type { RateLimiter } from '#src/shared/types/rate-limiter.ts'

/** The origin that the app is configured with. */
export const APP_URL = 'https://app.example.test'

/** What one process of the app is made of, where it differs from the rest. */
export interface ProcessOptions {
  readonly deadlineMs?: number
  readonly retriesMax?: number
  readonly limiter?: RateLimiter
  readonly ledger?: IEntitlementLedger
  readonly memory?: IEventMemory
}

/** A memory that takes everything, and holds what it was last told of each user. */
export function createEventMemory() {
  const users = new Map<string, UserEntitlements>()
  return {
    users,
    isProcessed: async () => false,
    remember: async (_: string | null, entitlements: UserEntitlements | null) => {
      if (entitlements !== null) users.set(entitlements.userId, entitlements)
    },
  }
}

/** Longer than the app's own: none of these tests is about it, and the machine may be busy. */
const RPC_DEADLINE_MS = 20_000

/**
 * The checkout's and the webhook's use cases on the stand-ins for Stripe and Supabase, without a web server: what
 * Stripe has to tell is told when a test says so (`eventsOf`, `apply`). Time is the machine's, plus `clock.offsetMs`.
 */
export async function startCheckoutHarness() {
  const [supabase, stripe] = await Promise.all([createSupabaseSandbox(), createStripeSandbox()])
  const clock = { offsetMs: 0, now: () => systemClock.now() + clock.offsetMs }
  const stripeConfig = {
    secretKey: stripe.secretKey,
    webhookSecrets: [],
    livemode: false,
    apiBase: stripe.url,
  }
  const surroundings = { livemode: false, environment: 'local' }
  const webhooks = new StripeWebhooks({ secrets: [], realClock: systemClock })
  const supabaseClient = createSupabaseServiceClient(supabase)
  const database = new DatabaseService(supabaseRpc(supabaseClient, { deadlineMs: RPC_DEADLINE_MS }))
  const client: Stripe = createStripeClient(stripeConfig, { retriesMax: 0 })
  const reported: unknown[] = []

  /** Another process of the app: its own clients, the same services. */
  function startProcess(options: ProcessOptions = {}) {
    const { deadlineMs = 2_000, retriesMax = 0, ledger = database, memory = createEventMemory() } = options
    const limiter = options.limiter ?? { take: async () => ({ allowed: true as const }) }
    const sdk = createStripeClient(stripeConfig, { deadlineMs, retriesMax })
    const objects = new StripeObjects(sdk)
    const confirm = new ConfirmCheckout({
      ledger,
      objects,
      memory,
      clock,
      surroundings,
      policy,
      errors: { report: (error) => void reported.push(error) },
    })
    const create = new CreateCheckoutSessionUseCase({
      policy,
      attempts: new DatabaseService(
        supabaseRpc(createSupabaseServiceClient(supabase), { deadlineMs: RPC_DEADLINE_MS }),
      ),
      checkout: new StripeCheckoutAdapter({
        stripe: sdk,
        appUrl: APP_URL,
        environment: surroundings.environment,
      }),
      limiter,
      clock,
      confirmCheckout: confirm,
      environment: surroundings.environment,
    })
    return {
      confirm,
      create: (user: Buyer, request: CreateCheckoutSessionRequest) => create.execute({ user, request }),
      apply: new ApplyStripeEvent({ ledger, objects, clock, surroundings, policy }),
    }
  }

  return {
    supabase,
    stripe,
    client,
    clock,
    database,
    reported,
    startProcess,
    async addUser(): Promise<Buyer> {
      const id = randomUUID()
      const email = `${id}@example.test`
      await supabase.sql('insert into auth.users (id, email) values ($1, $2)', [id, email])
      return { id, email }
    },
    /** The events of these types that Stripe has to tell, oldest first, as the webhook reads them. */
    eventsOf(...types: readonly string[]): ParsedEvent[] {
      return [...stripe.state.events.values()]
        .filter(({ type }) => types.length === 0 || types.includes(type))
        .map((event) => webhooks.parse(new TextEncoder().encode(JSON.stringify(event))))
        .filter((parsed) => parsed !== null)
    },
    /** What this user may do, from the truth. */
    entitlementsOf: (userId: string) => database.getUserEntitlements(userId, clock.now()),
    async reset(): Promise<void> {
      stripe.reset()
      await supabase.reset()
      clock.offsetMs = 0
      reported.length = 0
    },
    async close(): Promise<void> {
      await Promise.all([stripe.close(), supabase.close()])
    },
  }
}

/** Who buys. */
export interface Buyer {
  readonly id: string
  readonly email: string
}

export type CheckoutHarness = Awaited<ReturnType<typeof startCheckoutHarness>>
