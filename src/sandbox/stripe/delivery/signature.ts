import { createHmac } from 'node:crypto'

/** A signing secret of an endpoint. Null: until it is rolled; else the end of its overlap, by the sandbox's clock. */
export interface EndpointSecret {
  secret: string
  expires_at_ms: number | null
}

/** The secrets that sign at `nowMs` of the sandbox's clock, oldest first. */
export function liveSecrets(secrets: readonly EndpointSecret[], nowMs: number): string[] {
  return secrets
    .filter((each) => each.expires_at_ms === null || each.expires_at_ms > nowMs)
    .map((each) => each.secret)
}

/**
 * The `Stripe-Signature` header: the moment in seconds of real time, and one `v1` for each secret, over
 * `timestamp.body` with HMAC-SHA256 keyed by the whole secret (docs.stripe.com/webhooks#verify-manually).
 */
export function signatureHeader(body: string, secrets: readonly string[], timestamp: number): string {
  const signatures = secrets.map(
    (secret) => `v1=${createHmac('sha256', secret).update(`${timestamp}.${body}`, 'utf8').digest('hex')}`,
  )
  return [`t=${timestamp}`, ...signatures].join(',')
}
