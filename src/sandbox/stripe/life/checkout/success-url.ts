import type { CheckoutSession } from '../../wire.ts'

/** Where the customer goes after paying: Stripe's placeholder in it is replaced by the session's id. */
export function successUrl(session: CheckoutSession): string {
  return (session.success_url ?? session.return_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id)
}
