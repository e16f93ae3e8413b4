import type { SupabaseClient } from '@supabase/supabase-js'
import type Stripe from 'stripe'
import type { ApplyStripeEvent } from '#src/features/billing/application/ApplyStripeEvent.ts'
import { ReplayEvents } from '#src/features/billing/application/replay/ReplayEvents.ts'
import { SelectEvents } from '#src/features/billing/application/replay/SelectEvents.ts'
import type { IEntitlementLedger } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IStripeWebhooks } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import { summarisePayload } from '#src/features/billing/infrastructure/stripe/payload-summary.ts'
import { StripeEvents } from '#src/features/billing/infrastructure/stripe/StripeEvents.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { LedgerService } from './db/ledger-service.ts'
import { supabaseRpc } from './db/supabase-rpc.ts'

/** How long a page of the ledger or a preview may take: an operator waits, and statements end themselves before. */
export const OPERATIONS_RPC_DEADLINE_MS = 15_000

/** What the composition root has built, as far as an operator's tools stand on it. */
export interface OperationsDependencies {
  readonly supabase: SupabaseClient
  readonly database: IEntitlementLedger
  readonly stripe: Stripe
  readonly webhooks: IStripeWebhooks
  readonly memory: IEventMemory
  readonly clock: Clock
  /** The webhook's use case, over this ledger. */
  readonly applierOver: (ledger: IEntitlementLedger) => ApplyStripeEvent
}

/** Wires what an operator does: the command line and the scheduled check share it. */
export function createOperations(deps: OperationsDependencies) {
  const { supabase, database, stripe, webhooks, memory, clock, applierOver } = deps
  const ledger = new LedgerService(supabaseRpc(supabase, { deadlineMs: OPERATIONS_RPC_DEADLINE_MS }))
  const stripeEvents = new StripeEvents({ stripe, webhooks })
  return {
    ledger,
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
