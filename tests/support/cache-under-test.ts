import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { createRedisClient } from '#src/infrastructure/config/clients.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { EntitlementMemory } from '#src/infrastructure/redis/EntitlementMemory.ts'
import { UserEntitlementCache } from '#src/infrastructure/redis/index.ts'
import { createRedisBreaker } from '#src/infrastructure/redis/redis-breaker.ts'

/** An instant from which the tests of the cache count, in milliseconds. */
export const START = 1_800_000_000_000

/**
 * A cache over a real Redis client, with a clock that the test moves and a Postgres of which the test says what it
 * holds. `database.reads` counts the reads; a `database.error` makes each of them fail.
 */
export function openCache(
  server: { readonly url: string; readonly token: string },
  options: { deadlineMs?: number; usersMax?: number; random?: () => number } = {},
) {
  const { deadlineMs = 5_000, usersMax = 100, random = () => 0 } = options
  const clock = { ms: START, now: () => clock.ms }
  const database = {
    holds: new Map<string, UserEntitlements>(),
    reads: 0,
    error: null as Error | null,
    /** Where a test wants a read to be slow: it answers when this resolves, with what it saw when it began. */
    gate: Promise.resolve(),
  }
  const lines: Record<string, unknown>[] = []
  const redis = createRedisClient(server, { deadlineMs })
  const open = () =>
    new UserEntitlementCache({
      redis,
      breaker: createRedisBreaker(),
      loadFromDatabase: async (userId) => {
        database.reads += 1
        const seen = database.holds.get(userId)
        await database.gate
        if (database.error !== null) throw database.error
        return seen ?? { userId, version: { epoch: 1, counter: 0 }, sources: [] }
      },
      clock,
      log: createLog({ write: (line) => void lines.push(JSON.parse(line)) }),
      memory: new EntitlementMemory({ usersMax }),
      random,
    })
  return {
    clock,
    database,
    lines,
    redis,
    cache: open(),
    /** Another process: a memory of its own, the same Redis and Postgres. */
    anotherProcess: open,
  }
}
