import { z } from 'zod'
import type { SandboxEnvironment } from '../../scripts/lib/stack.ts'

/** Requests that left the app for its services. Auth is Supabase's, asked who signs a request that spends money. */
export interface RoundTrips {
  readonly stripe: number
  readonly postgres: number
  readonly auth: number
  readonly redis: number
}

const Log = z.object({ count: z.number(), requests: z.array(z.looseObject({ path: z.string().optional() })) })

async function ask(base: string, method: 'GET' | 'DELETE'): Promise<z.infer<typeof Log>> {
  const response = await fetch(new URL('/_sandbox/requests', base), { method })
  return Log.parse(await response.json())
}

/** Counts what `act` makes the app ask of its services, by the services' own logs. */
export async function countRoundTrips(
  environment: SandboxEnvironment,
  act: () => Promise<unknown>,
): Promise<RoundTrips> {
  const services = [
    environment.STRIPE_API_BASE,
    environment.NEXT_PUBLIC_SUPABASE_URL,
    environment.UPSTASH_REDIS_REST_URL,
  ] as const
  for (const service of services) await ask(service, 'DELETE')
  await act()
  const [stripe, supabase, redis] = [
    await ask(services[0], 'GET'),
    await ask(services[1], 'GET'),
    await ask(services[2], 'GET'),
  ]
  const postgres = supabase.requests.filter(({ path }) => path?.startsWith('/rest/')).length
  return { stripe: stripe.count, postgres, auth: supabase.requests.length - postgres, redis: redis.count }
}
