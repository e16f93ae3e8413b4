import { setTimeout as sleep } from 'node:timers/promises'
import { z } from 'zod'
import { eventually } from '../../scripts/lib/eventually.ts'
import type { SandboxEnvironment } from '../../scripts/lib/stack.ts'

/** Requests that left the app for its services. Auth is Supabase's, asked who signs a request that spends money. */
export interface RoundTrips {
  readonly stripe: number
  readonly postgres: number
  readonly auth: number
  readonly redis: number
}

/** How long nothing must be asked of the services. */
const QUIET_MS = 300

const Log = z.object({ count: z.number(), requests: z.array(z.looseObject({ path: z.string().optional() })) })

async function ask(base: string, method: 'GET' | 'DELETE'): Promise<z.infer<typeof Log>> {
  const response = await fetch(new URL('/_sandbox/requests', base), { method })
  return Log.parse(await response.json())
}

const servicesOf = (environment: SandboxEnvironment) =>
  [
    environment.STRIPE_API_BASE,
    environment.NEXT_PUBLIC_SUPABASE_URL,
    environment.UPSTASH_REDIS_REST_URL,
  ] as const

/** Waits until nobody asks the services for anything any more, such as a webhook of something done before. */
export async function untilQuiet(environment: SandboxEnvironment): Promise<void> {
  const counts = async () => {
    const logs = await Promise.all(servicesOf(environment).map((service) => ask(service, 'GET')))
    return logs.map(({ count }) => count).join()
  }
  let before = await counts()
  const isUnchanged = (now: string) => {
    const unchanged = now === before
    before = now
    return unchanged
  }
  await sleep(QUIET_MS)
  await eventually('quiet', counts, isUnchanged, { pauseMs: QUIET_MS })
}

/** Counts what `act` makes the app ask of its services, by the services' own logs. */
export async function countRoundTrips(
  environment: SandboxEnvironment,
  act: () => Promise<unknown>,
): Promise<RoundTrips> {
  const [stripe, supabase, redis] = servicesOf(environment)
  await untilQuiet(environment)
  for (const service of [stripe, supabase, redis]) await ask(service, 'DELETE')
  await act()
  const asked = await ask(supabase, 'GET')
  const postgres = asked.requests.filter(({ path }) => path?.startsWith('/rest/')).length
  return {
    stripe: (await ask(stripe, 'GET')).count,
    postgres,
    auth: asked.requests.length - postgres,
    redis: (await ask(redis, 'GET')).count,
  }
}
