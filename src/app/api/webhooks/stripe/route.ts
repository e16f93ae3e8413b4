import { handleStripeWebhookRequest } from '#src/features/billing/application/stripe-webhook.ts'
import { billing } from '#src/infrastructure/composition-root.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/**
 * Where Stripe posts events. The body is not touched before its signature is verified over the raw bytes; who is
 * signed in, where the request came from and in which form the URL is written do not matter here.
 */
export function POST(request: Request): Promise<Response> {
  return handleStripeWebhookRequest(request, billing().stripeWebhook)
}
