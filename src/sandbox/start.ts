import { type SandboxEnvironment, sandboxEnvironment } from './environment.ts'
import type { FaultPlan } from './stripe/faults/language.ts'

/** The stand-ins there are, in the order in which they are shown. */
export const SERVICES = ['stripe', 'supabase', 'upstash'] as const
export type Service = (typeof SERVICES)[number]

export interface StartOptions {
  services: readonly Service[]
  /** Where the app is, or will be: Stripe's webhooks go to `/api/webhooks/stripe` there. */
  appUrl: string
  /** Ports to begin looking at; a taken one is stepped over, 0 takes any. Default `DEFAULT_PORTS`. */
  ports?: Record<Service, number>
  /** File that keeps Stripe's state across restarts; null (default) for memory alone. */
  stripeStateFile?: string | null
  /** What goes wrong at Stripe's, from the start; null (default) for nothing. */
  stripeFaults?: FaultPlan | null
}

/** Stand-ins that run together. */
export interface StartedSandboxes {
  readonly environment: SandboxEnvironment
  readonly urls: Partial<Record<Service, string>>
  /** Ends all of them, and the processes that they started. */
  close(): Promise<void>
}

export const DEFAULT_PORTS: Record<Service, number> = { stripe: 12111, supabase: 54321, upstash: 8079 }

/** Starts the named stand-ins at once. Where one of them does not start, none is left running. */
export async function startSandboxes(options: StartOptions): Promise<StartedSandboxes> {
  const { services, appUrl } = options
  const ports = options.ports ?? DEFAULT_PORTS
  // Each is loaded only where it is wanted: Postgres alone is 20 MB of code.
  const starting = {
    stripe: startIf(services, 'stripe', async () => {
      const { createStripeSandbox } = await import('./stripe/server.ts')
      return createStripeSandbox({
        port: ports.stripe,
        webhook: { url: `${appUrl}/api/webhooks/stripe` },
        // An app under development is often down for a moment.
        delivery: { retries: 'quick' },
        ...(options.stripeStateFile ? { stateFile: options.stripeStateFile } : {}),
        ...(options.stripeFaults ? { faults: options.stripeFaults } : {}),
      })
    }),
    supabase: startIf(services, 'supabase', async () => {
      const { createSupabaseSandbox } = await import('./supabase/server.ts')
      return createSupabaseSandbox({ port: ports.supabase, siteUrl: appUrl })
    }),
    upstash: startIf(services, 'upstash', async () => {
      const { createUpstashSandbox } = await import('./upstash/server.ts')
      return createUpstashSandbox({ port: ports.upstash })
    }),
  }
  const settled = await Promise.allSettled(Object.values(starting))
  const close = async () => {
    const closing = settled.map((result) =>
      result.status === 'fulfilled' ? result.value?.close() : undefined,
    )
    await Promise.all(closing)
  }
  const failed = settled.find((result) => result.status === 'rejected')
  if (failed !== undefined) {
    await close()
    throw failed.reason
  }
  const [stripe, supabase, upstash] = await Promise.all([
    starting.stripe,
    starting.supabase,
    starting.upstash,
  ])
  const running = {
    stripe: stripe && { ...stripe, webhookSecret: stripe.webhookSecret ?? undefined },
    supabase,
    upstash,
    appUrl,
  }
  const urls: Partial<Record<Service, string>> = {}
  for (const service of SERVICES) {
    const url = running[service]?.url
    if (url !== undefined) urls[service] = url
  }
  return { environment: sandboxEnvironment(running), urls, close }
}

async function startIf<Sandbox>(
  services: readonly Service[],
  service: Service,
  start: () => Promise<Sandbox>,
): Promise<Sandbox | undefined> {
  return services.includes(service) ? start() : undefined
}
