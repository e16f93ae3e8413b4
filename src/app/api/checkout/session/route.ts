import { handleCheckoutRequest } from '#src/features/billing/application/checkout/checkout-request.ts'
import { freshUserFromRequest } from '#src/infrastructure/auth/request-user.ts'
import { billing } from '#src/infrastructure/composition-root.ts'

export const runtime = 'nodejs'
export const dynamic = 'force-dynamic'

/**
 * Opens a Stripe Checkout session for the signed-in user (session cookie or bearer token). The body is
 * `CreateCheckoutSessionRequest`, the answer `CreateCheckoutSessionResponse` or problem details (RFC 9457).
 */
export function POST(request: Request): Promise<Response> {
  return handleCheckoutRequest(request, { ...billing().checkoutRequest, authenticate: freshUserFromRequest })
}
