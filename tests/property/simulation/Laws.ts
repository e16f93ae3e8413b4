import { decideEntitlements } from '#src/features/billing/domain/entitlement/decide-entitlements.ts'
import {
  type EntitlementVersion,
  isNewer,
  type UserEntitlements,
} from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import type { Applied } from '#src/features/billing/domain/interfaces/IEntitlementLedger.ts'
import { MEMORY_FRESH_MS } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { CACHE_TTL_MS } from '#src/infrastructure/redis/index.ts'
import type { EntitlementLayer } from '#src/shared/types/billing.ts'

/** A law of the design that does not hold, by its number. */
export class BrokenLaw extends Error {
  override readonly name = 'BrokenLaw'
}

interface Commit {
  readonly at: number
  readonly version: EntitlementVersion
}

/** What must hold after every step of a run: I1 and I3 to I6. Also counts which states a run has met. */
export class Laws {
  readonly met = new Map<string, number>()
  readonly #applied = new Set<string>()
  readonly #durable = new Set<string>()
  /** Events that are durable and not acknowledged yet, each with the process that wrote it; null once that has died. */
  readonly #unanswered = new Map<string, number | null>()
  readonly #commits = new Map<string, Commit[]>()
  readonly #answered = new Map<string, EntitlementVersion>()
  #redisVersions = new Map<string, EntitlementVersion>()

  meet(state: string): void {
    this.met.set(state, (this.met.get(state) ?? 0) + 1)
  }

  /** A process's call to the ledger was carried out, whether or not its answer arrives. */
  committed(eventId: string | null, applied: Applied, now: number, process: number): void {
    this.meet(`outcome ${applied.outcome}`)
    if (applied.outcome === 'ambiguous') {
      if (applied.reason === 'same_second') this.meet('a tie')
      return
    }
    if (eventId !== null) {
      const isOrphaned = this.#unanswered.get(eventId) === null
      if (applied.outcome === 'duplicate' && isOrphaned) this.meet('a duplicate across a crash')
      if (applied.outcome === 'applied') this.#unanswered.set(eventId, process)
      if (applied.outcome === 'applied' && this.#applied.has(eventId)) {
        throw new BrokenLaw(`I1: ${eventId} was applied twice`)
      }
      if (applied.outcome === 'applied') this.#applied.add(eventId)
      this.#durable.add(eventId)
    }
    const { entitlements } = applied
    if (entitlements === null) return
    const commits = this.#commits.get(entitlements.userId) ?? []
    const last = commits.at(-1)
    if (last !== undefined && isNewer(last.version, entitlements.version)) {
      throw new BrokenLaw(`I4: Postgres went back for ${entitlements.userId}`)
    }
    if (last === undefined || isNewer(entitlements.version, last.version)) {
      if (applied.outcome === 'duplicate') throw new BrokenLaw(`I1: a duplicate of ${eventId} changed access`)
      commits.push({ at: now, version: entitlements.version })
    }
    this.#commits.set(entitlements.userId, commits)
  }

  /** The webhook was answered. */
  acknowledged(eventId: string, status: number): void {
    this.meet(`answer ${status}`)
    this.#unanswered.delete(eventId)
    if (status >= 200 && status < 300 && !this.#durable.has(eventId)) {
      throw new BrokenLaw(`I3: ${eventId} was answered ${status} before it was durable`)
    }
  }

  /** A check was answered with these entitlements. Instants in milliseconds. */
  answered(answer: {
    readonly process: number
    readonly entitlements: UserEntitlements
    readonly layer: EntitlementLayer
    readonly askedAt: number
    readonly now: number
  }): void {
    const { process, entitlements, layer, askedAt, now } = answer
    const { userId, version } = entitlements
    this.meet(`check from ${layer}`)
    for (const { sourceId, expiresAt } of decideEntitlements(entitlements, now, layer).active) {
      if (expiresAt !== null && now >= expiresAt) throw new BrokenLaw(`I5: ${sourceId} has expired`)
    }
    const key = `${process} ${userId}`
    const before = this.#answered.get(key)
    if (before !== undefined && isNewer(before, version)) {
      throw new BrokenLaw(`I4: process ${process} went back for ${userId}`)
    }
    this.#answered.set(key, version)
    if (layer === 'last_known') return
    const bound = askedAt - CACHE_TTL_MS - MEMORY_FRESH_MS
    const due = this.#commits.get(userId)?.findLast(({ at }) => at <= bound)
    if (due !== undefined && isNewer(due.version, version)) {
      throw new BrokenLaw(`I6: a check of ${userId} is older than every bound allows`)
    }
  }

  processStarted(process: number): void {
    this.meet('a process died')
    for (const [eventId, writer] of this.#unanswered) {
      if (writer === process) this.#unanswered.set(eventId, null)
    }
    for (const key of [...this.#answered.keys()]) {
      if (key.startsWith(`${process} `)) this.#answered.delete(key)
    }
  }

  redisForgot(): void {
    this.meet('Redis lost all')
    this.#redisVersions = new Map()
  }

  /** I4: what stands in Redis never goes back, as long as it is kept. */
  redisHolds(stored: ReadonlyMap<string, { readonly value: string }>): void {
    for (const [key, { value }] of stored) {
      if (!key.includes(':entitlements:')) continue
      const { epoch, counter } = JSON.parse(value)
      const before = this.#redisVersions.get(key)
      if (before !== undefined && isNewer(before, { epoch, counter })) {
        throw new BrokenLaw(`I4: Redis went back for ${key}`)
      }
      this.#redisVersions.set(key, { epoch, counter })
    }
  }
}
