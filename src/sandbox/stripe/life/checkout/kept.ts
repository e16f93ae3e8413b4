import type { CheckoutSession, PaymentIntent, PaymentMethod } from '../../wire.ts'
import { textIn } from './answers.ts'
import type { CheckoutDetails } from './details.ts'

/** Whether the customer asked to keep the method for the next time. */
export function asksToKeep(details: CheckoutDetails): boolean {
  return textIn(details.answers, 'save_method') !== null
}

/**
 * Whether the method stays with the customer: a one-time payment keeps it only where the session or the customer asks
 * for it (docs.stripe.com/payments/save-during-payment).
 */
export function isKept(
  session: CheckoutSession,
  details: CheckoutDetails,
  intent: PaymentIntent | null,
): boolean {
  return session.mode !== 'payment' || asksToKeep(details) || (intent?.setup_future_usage ?? null) !== null
}

/** Whether the method may be offered again (docs.stripe.com/payments/save-during-payment#allow-redisplay). */
export function redisplayOf(
  session: CheckoutSession,
  details: CheckoutDetails,
): NonNullable<PaymentMethod['allow_redisplay']> {
  if (details.allow_redisplay) return details.allow_redisplay
  if (asksToKeep(details)) return 'always'
  const isForLater =
    session.mode !== 'payment' || (details.payment_intent_data.setup_future_usage ?? null) !== null
  return isForLater ? 'limited' : 'unspecified'
}
