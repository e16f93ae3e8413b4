import type { Entitlements } from '#src/shared/types/billing.ts'
import { accessAt } from './decide-entitlements.ts'
import type { UserEntitlements } from './UserEntitlements.ts'

/** What becomes of one user's access: a line a source that comes, goes or changes. Empty where nothing does. */
export interface AccessDifference {
  readonly userId: string
  readonly featuresGained: readonly string[]
  readonly featuresLost: readonly string[]
  /** Sources as they are now and as they would be; null where there is none. */
  readonly sources: readonly {
    readonly sourceId: string
    readonly before: string | null
    readonly after: string | null
  }[]
}

/** The difference between two states of one user's access at `now`; null where there is none. Pure. */
export function accessDifference(
  before: UserEntitlements,
  after: UserEntitlements,
  now: number,
): AccessDifference | null {
  const was = accessAt(before, now)
  const is = accessAt(after, now)
  const described = [describeSources(was), describeSources(is)] as const
  const ids = [...new Set(described.flatMap((sources) => [...sources.keys()]))]
  const sources = ids
    .map((sourceId) => ({
      sourceId,
      before: described[0].get(sourceId) ?? null,
      after: described[1].get(sourceId) ?? null,
    }))
    .filter((source) => source.before !== source.after)
  if (sources.length === 0) return null
  return {
    userId: after.userId,
    featuresGained: is.features.filter((feature) => !was.features.includes(feature)),
    featuresLost: was.features.filter((feature) => !is.features.includes(feature)),
    sources,
  }
}

/** Each source that gives access or is held back, in one line. */
function describeSources({ active, held }: Pick<Entitlements, 'active' | 'held'>): Map<string, string> {
  const lines = new Map<string, string>()
  for (const { sourceId, status, plan, quantity, expiresAt, holds } of [...active, ...held]) {
    const until = expiresAt === null ? 'for good' : `until ${new Date(expiresAt).toISOString()}`
    const hold = holds.length === 0 ? '' : `, held back by ${holds.join(' and ')}`
    const line = `${plan} × ${quantity}, ${status}, ${until}${hold}`
    const known = lines.get(sourceId)
    lines.set(sourceId, known === undefined ? line : `${known}; ${line}`)
  }
  return lines
}
