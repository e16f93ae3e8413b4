import type { StripeSandbox } from '#src/sandbox/stripe/server.ts'

/** One request that Stripe's stand-in saw; `status` is null where the connection was cut. */
export interface SeenRequest {
  readonly method: string
  readonly path: string
  readonly status: number | null
  readonly idempotency_key: string | null
  readonly replayed: boolean
}

/** The API requests that the stand-in saw since the last `forgetRequests`, oldest first. */
export async function requestsTo(stripe: StripeSandbox): Promise<readonly SeenRequest[]> {
  const response = await fetch(`${stripe.url}/_sandbox/requests`)
  const { requests } = (await response.json()) as { requests: readonly SeenRequest[] }
  return requests
}

/** The same, as `POST /v1/customers` each. */
export async function callsTo(stripe: StripeSandbox): Promise<readonly string[]> {
  return (await requestsTo(stripe)).map(({ method, path }) => `${method} ${path}`)
}

/** Starts the record anew. */
export async function forgetRequests(stripe: StripeSandbox): Promise<void> {
  await fetch(`${stripe.url}/_sandbox/requests`, { method: 'DELETE' })
}
