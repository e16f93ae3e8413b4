import Stripe from 'stripe'
import type { Shop } from '../shop.ts'

export const RETURN_URL = 'http://127.0.0.1/return'

/** A payment of €49.00 that is confirmed at once. */
export function pay(
  shop: Shop,
  payment_method: string,
  more: Partial<Stripe.PaymentIntentCreateParams> = {},
): Promise<Stripe.PaymentIntent> {
  return shop.stripe.paymentIntents.create({
    amount: 4_900,
    currency: 'eur',
    confirm: true,
    payment_method,
    return_url: RETURN_URL,
    ...more,
  })
}

/** The error with which an attempt is refused. */
export async function refusal(attempt: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  const error = await attempt.catch((reason: unknown) => reason)
  if (error instanceof Stripe.errors.StripeError) return error
  throw new Error('was not refused')
}
