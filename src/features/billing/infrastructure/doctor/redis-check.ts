import type { Redis } from '@upstash/redis'
import { z } from 'zod'
import { type Check, type Finding, findings } from '#src/features/billing/application/doctor/Finding.ts'

const PROBE_KEY = 'tollgate:doctor'
const PROBE_TTL_SECONDS = 10
const POLICY_DEADLINE_MS = 3_000

const Policy = z.object({ result: z.array(z.string()) })

/** Redis answers, takes writes, and does not refuse them when it is full. */
export function redisCheck(
  redis: Redis,
  { url, token }: { readonly url: string; readonly token: string },
): Check {
  const name = 'redis'
  const { ok, warning, failure } = findings(name)
  return {
    name,
    run: async () => {
      try {
        await redis.set(PROBE_KEY, '1', { ex: PROBE_TTL_SECONDS })
      } catch (error) {
        return [refused(error)]
      }
      const policy = await evictionPolicy()
      if (policy === 'noeviction') {
        return [
          warning(
            'takes no writes when it is full (noeviction): every check would go to Postgres',
            'Switch eviction on for this database: what is kept is a cache, and nothing is lost by it.',
          ),
        ]
      }
      return [ok(`answers and takes writes${policy === null ? '' : `; ${policy}`}`)]
    },
  }

  /** Upstash may not tell; a Redis without a bound never evicts and is never full. */
  async function evictionPolicy(): Promise<string | null> {
    const response = await fetch(url, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(['CONFIG', 'GET', 'maxmemory*']),
      signal: AbortSignal.timeout(POLICY_DEADLINE_MS),
    })
    const parsed = Policy.safeParse(await response.json())
    if (!response.ok || !parsed.success) return null
    const setTo = (setting: string) => parsed.data.result[parsed.data.result.indexOf(setting) + 1] ?? null
    return setTo('maxmemory') === '0' ? null : setTo('maxmemory-policy')
  }

  function refused(error: unknown): Finding {
    const message = error instanceof Error ? error.message : ''
    if (message.includes('NOPERM')) {
      return failure('the token may only read', 'Use the token that may write: UPSTASH_REDIS_REST_TOKEN.')
    }
    if (/WRONGPASS|Unauthorized/i.test(message)) {
      return failure('does not know the token', 'Copy UPSTASH_REDIS_REST_TOKEN anew.')
    }
    const why = error instanceof Error ? error.name : typeof error
    return warning(`does not answer (${why}): checks go to Postgres`, 'Check UPSTASH_REDIS_REST_URL.')
  }
}
