import {
  type AccessDifference,
  accessDifference,
} from '#src/features/billing/domain/entitlement/access-difference.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type {
  AppliedEvent,
  IEntitlementLedger,
} from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { IEventPreview } from '#src/features/billing/domain/interfaces/IEventPreview.ts'
import type { ParsedEvent } from '#src/features/billing/domain/interfaces/IStripeWebhooks.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import type { ApplyStripeEvent } from '../ApplyStripeEvent.ts'
import { PreviewLedger } from './PreviewLedger.ts'
import type { ReplaySelection, SelectEvents } from './SelectEvents.ts'

/** What became of one event, or would. */
export interface ReplayedEvent {
  readonly eventId: string
  readonly type: string
  readonly created: number
  readonly outcome: AppliedEvent['outcome'] | 'failed' | 'no_payload'
  readonly reason: string | null
}

/** What a replay did, or what it would do. */
export interface ReplayReport {
  readonly events: readonly ReplayedEvent[]
  /** Events of the selection that were done before: a replay leaves them alone. */
  readonly done: number
  /** Whether the selection has more events than one replay takes. */
  readonly truncated: boolean
}

/** What a replay would do, with the users whose access would be another afterwards. */
export interface ReplayPreview extends ReplayReport {
  readonly differences: readonly AccessDifference[]
}

/** Applies events again, from the ledger or from Stripe's list, oldest first, through the webhook's own use case. */
export class ReplayEvents {
  readonly #select: SelectEvents
  readonly #ledger: IEntitlementLedger
  readonly #preview: IEventPreview
  readonly #memory: IEventMemory
  readonly #clock: Clock
  readonly #applierOver: (ledger: IEntitlementLedger) => ApplyStripeEvent

  constructor(deps: {
    select: SelectEvents
    ledger: IEntitlementLedger
    preview: IEventPreview
    memory: IEventMemory
    clock: Clock
    /** The webhook's use case, over this ledger. */
    applierOver: (ledger: IEntitlementLedger) => ApplyStripeEvent
  }) {
    this.#select = deps.select
    this.#ledger = deps.ledger
    this.#preview = deps.preview
    this.#memory = deps.memory
    this.#clock = deps.clock
    this.#applierOver = deps.applierOver
  }

  /** What applying the selection would do: the real use case over the real SQL, undone. Throws `BillingError`. */
  async preview(selection: ReplaySelection): Promise<ReplayPreview> {
    const ledger = new PreviewLedger(this.#preview)
    const applier = this.#applierOver(ledger)
    const report = await this.#replay(selection, (event) => applier.execute(event))
    const now = this.#clock.now()
    const differences = ledger.access.flatMap(
      ({ before, after }) => accessDifference(before, after, now) ?? [],
    )
    return { ...report, differences }
  }

  /** Applies the selection. An event that fails is reported and does not keep the others from being applied. */
  async apply(selection: ReplaySelection): Promise<ReplayReport> {
    const applier = this.#applierOver(this.#ledger)
    return this.#replay(selection, async (parsed) => {
      const applied = await applier.execute(parsed)
      await this.#memory.remember(
        applied.outcome === 'unresolved' ? null : parsed.event.id,
        applied.entitlements,
      )
      return applied
    })
  }

  async #replay(
    selection: ReplaySelection,
    apply: (event: ParsedEvent) => Promise<AppliedEvent>,
  ): Promise<ReplayReport> {
    const { pending, gone, done, truncated } = await this.#select.execute(selection)
    const events: ReplayedEvent[] = gone.map((entry) => ({ ...entry, outcome: 'no_payload', reason: null }))
    for (const parsed of pending) {
      const { id, type, created } = parsed.event
      events.push({ eventId: id, type, created, ...(await outcomeOf(() => apply(parsed))) })
    }
    return { events, done, truncated }
  }
}

/** What cannot be applied now is told with its reason; what is no failure of a service is a fault of ours. */
async function outcomeOf(
  apply: () => Promise<AppliedEvent>,
): Promise<Pick<ReplayedEvent, 'outcome' | 'reason'>> {
  try {
    const { outcome, reason } = await apply()
    return { outcome, reason }
  } catch (error) {
    if (!(error instanceof BillingError)) throw error
    return { outcome: 'failed', reason: error.code }
  }
}
