import { createHmac } from 'node:crypto'

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
