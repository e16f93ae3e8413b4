import { createHmac } from 'node:crypto'

/** The prefix of a secret, before the base64 of its key. */
const SECRET_PREFIX = 'whsec_'

/** What is signed. `timestamp` in whole seconds. */
export interface SignedContent {
  readonly messageId: string
  readonly timestamp: number
  readonly body: string
}

/**
 * The headers of a signed call: Standard Webhooks, version 1, symmetric
 * (github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function signWebhook({ messageId, timestamp, body }: SignedContent, secret: string) {
  const key = Buffer.from(secret.slice(SECRET_PREFIX.length), 'base64')
  const signature = createHmac('sha256', key).update(`${messageId}.${timestamp}.${body}`).digest('base64')
  return {
    'webhook-id': messageId,
    'webhook-timestamp': String(timestamp),
    'webhook-signature': `v1,${signature}`,
  }
}
