import {
  handleStripeWebhookRequest,
  type StripeWebhookDependencies,
} from '#src/features/billing/application/stripe-webhook.ts'
import type { UserEntitlements } from '#src/features/billing/domain/entitlement/UserEntitlements.ts'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import type { IEventMemory } from '#src/features/billing/domain/interfaces/IEventMemory.ts'
import type { LogFields } from '#src/shared/types/log.ts'
import { type BillingStack, WEBHOOK_SECRET } from './billing-stack.ts'
import { signatureHeader } from './stripe-event.ts'

/** What the caches were told, in memory; the next `failures` writes fail. */
export class RecordingMemory implements IEventMemory {
  readonly processed = new Set<string>()
  readonly told: (UserEntitlements | null)[] = []
  failures = 0

  async isProcessed(eventId: string): Promise<boolean> {
    return this.processed.has(eventId)
  }

  async remember(eventId: string | null, entitlements: UserEntitlements | null): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1
      throw new BillingError('cache_unavailable', { retryable: true, cause: new RangeError('canary') })
    }
    if (eventId !== null) this.processed.add(eventId)
    this.told.push(entitlements)
  }
}

/**
 * The webhook of a real stack, but for its caches, which are a `RecordingMemory`, and for what comes after the
 * response, which happens when the test calls `runDeferred`; what was slept, reported and captured is kept.
 */
export function openWebhook(stack: BillingStack) {
  const memory = new RecordingMemory()
  const deferred: (() => Promise<void>)[] = []
  const slept: number[] = []
  const reported: LogFields[] = []
  const captured: string[] = []
  const deps: StripeWebhookDependencies = {
    ...stack.billing.stripeWebhook,
    memory,
    defer: (task) => void deferred.push(task),
    sleep: async (ms) => void slept.push(ms),
    errors: { report: (_, fields) => void reported.push(fields) },
    analytics: { capture: async (event) => void captured.push(event) },
  }
  return {
    memory,
    slept,
    reported,
    captured,
    /** Hands a request to the webhook; `changes` stand in for some of what it depends on. */
    handle: (request: Request, changes: Partial<StripeWebhookDependencies> = {}) =>
      handleStripeWebhookRequest(request, { ...deps, ...changes }),
    /** As `handle`, of these bytes as Stripe would post them now. */
    post: (body: Uint8Array, changes: Partial<StripeWebhookDependencies> = {}) =>
      handleStripeWebhookRequest(signedRequest(body), { ...deps, ...changes }),
    runDeferred: async () => void (await Promise.all(deferred.splice(0).map((task) => task()))),
  }
}

export type WebhookUnderTest = ReturnType<typeof openWebhook>

function signedRequest(body: Uint8Array): Request {
  return new Request('http://127.0.0.1/api/webhooks/stripe', {
    method: 'POST',
    headers: { 'stripe-signature': signatureHeader(WEBHOOK_SECRET, Math.floor(Date.now() / 1000), body) },
    body: Buffer.from(body),
  })
}
