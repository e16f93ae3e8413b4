import { catalogue, type Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { isPlanKey, termsOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import type { EntitlementVersion } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type {
  IAccessHistory,
  SourceRow,
  UserRecord,
} from '#src/features/billing/domain/interfaces/IAccessHistory.ts'
import type { IEntitlementReader } from '#src/features/billing/domain/interfaces/IEntitlementReader.ts'
import type { Policy } from '#src/features/billing/domain/policy/policy.ts'
import { policyLineOfHold, policyLineOfStatus } from '#src/features/billing/domain/policy/policy-line.ts'
import type { EntitlementLayer, Entitlements, HoldKind } from '#src/shared/types/billing.ts'
import type { Clock } from '#src/shared/types/clock.ts'

/** Events that are shown of one user. */
export const EXPLAINED_EVENTS_MAX = 50

/** Why one item of a source gives the feature, or does not. */
export interface SourceExplanation {
  readonly sourceId: string
  readonly kind: string
  readonly status: string
  readonly plan: string
  readonly planVersion: number
  readonly quantity: number
  readonly verdict: 'grants' | 'held' | 'ended' | 'no_access' | 'plan_without_feature'
  readonly holds: readonly HoldKind[]
  readonly expiresAt: number | null
  /** The lines of the policy that decided. */
  readonly policy: readonly string[]
  readonly stripeEventId: string | null
}

/** Why a user may use a feature at an instant, or may not. Instants in milliseconds since the epoch. */
export interface AccessExplanation extends Pick<UserRecord, 'customerId' | 'events' | 'acts'> {
  readonly userId: string
  readonly feature: Feature
  readonly at: number
  readonly allowed: boolean
  /** Whether everybody has it, paid or not. */
  readonly isFree: boolean
  readonly sources: readonly SourceExplanation[]
  /** The version that Postgres has, and what the layer before it has; of the past only Postgres is known. */
  readonly version: EntitlementVersion
  readonly layer: { readonly layer: EntitlementLayer; readonly version: EntitlementVersion } | null
}

/** Tells every grant, hold, event, policy line and layer that led to a yes or a no. */
export class ExplainAccess {
  readonly #history: IAccessHistory
  readonly #reader: IEntitlementReader
  readonly #clock: Clock
  readonly #policy: Policy

  constructor(deps: {
    history: IAccessHistory
    reader: IEntitlementReader
    clock: Clock
    policy: Policy
  }) {
    this.#history = deps.history
    this.#reader = deps.reader
    this.#clock = deps.clock
    this.#policy = deps.policy
  }

  /** `at` in milliseconds since the epoch; null is now. Throws `BillingError`. */
  async execute(userId: string, feature: Feature, at: number | null): Promise<AccessExplanation> {
    const instant = at ?? this.#clock.now()
    const layer = at === null ? await this.#reader.get(userId) : null
    const record = await this.#history.explainUser(userId, instant, at !== null, EXPLAINED_EVENTS_MAX)
    const decided = decideEntitlements(record.entitlements, instant, 'postgres')
    return {
      userId,
      feature,
      at: instant,
      allowed: decided.features.includes(feature),
      isFree: catalogue.free.features.some((free) => free === feature),
      sources: record.sources.flatMap((source) => this.#explain(source, feature, decided)),
      version: record.entitlements.version,
      layer: layer && { layer: layer.layer, version: layer.entitlements.version },
      customerId: record.customerId,
      events: record.events,
      acts: record.acts,
    }
  }

  #explain(source: SourceRow, feature: Feature, { active, held }: Entitlements): SourceExplanation[] {
    return source.items.map(({ plan, planVersion, quantity }) => {
      const isThis = (item: Entitlements['active'][number]) =>
        item.sourceId === source.sourceId && item.plan === plan && item.planVersion === planVersion
      const live = active.find(isThis)
      const withheld = held.find(isThis)
      const opens = isPlanKey(plan) && (termsOf(plan, planVersion)?.features.includes(feature) ?? false)
      const holds = withheld?.holds ?? []
      return {
        sourceId: source.sourceId,
        kind: source.kind,
        status: source.status,
        plan,
        planVersion,
        quantity,
        verdict: verdictOf(source, { opens, isLive: live !== undefined, isHeld: withheld !== undefined }),
        holds,
        expiresAt: (live ?? withheld ?? source).expiresAt,
        policy: [
          policyLineOfStatus(source.status, this.#policy),
          ...holds.map((hold) => policyLineOfHold(hold, this.#policy)),
        ].filter((line) => line !== null),
        stripeEventId: source.stripeEventId,
      }
    })
  }
}

function verdictOf(
  { grantsAccess }: SourceRow,
  { opens, isLive, isHeld }: { opens: boolean; isLive: boolean; isHeld: boolean },
): SourceExplanation['verdict'] {
  if (!opens) return 'plan_without_feature'
  if (isLive) return 'grants'
  if (isHeld) return 'held'
  return grantsAccess ? 'ended' : 'no_access'
}
