import type { Account } from '../account.ts'
import { noSuch, refused } from '../errors.ts'
import type { ConfirmationToken, PaymentIntent, SetupIntent } from '../wire.ts'

/** What a token stands in for. */
interface Confirmable {
  confirmation_token?: string
  mandate_data?: object | null
  payment_method?: string
  payment_method_data?: object
  return_url?: string
  setup_future_usage?: 'off_session' | 'on_session' | null
  shipping?: object | null
}

/**
 * The request with what its token says in place of what it leaves out
 * (docs.stripe.com/payments/build-a-two-step-confirmation).
 * @throws StripeError 400 for a token that is unknown, used or too old, and for a method beside it.
 */
export function withToken<P extends Confirmable>(account: Account, params: P): P {
  const { confirmation_token: id } = params
  if (id === undefined) return params
  const token = account.need(account.state.confirmationTokens, id, 'confirmation_token')
  const method = account.state.paymentMethods.get(account.state.tokenMethods.get(id) ?? '')
  if (method === undefined) throw noSuch('confirmation token', id, 'confirmation_token')
  if (params.payment_method !== undefined || params.payment_method_data !== undefined) {
    throw refused(
      'You may only specify one of these parameters: confirmation_token, payment_method, payment_method_data.',
      'confirmation_token',
    )
  }
  if (
    token.payment_intent !== null ||
    token.setup_intent !== null ||
    (token.expires_at ?? 0) <= account.now
  ) {
    throw refused('This ConfirmationToken was used already, or is too old.', 'confirmation_token')
  }
  return {
    ...params,
    payment_method: method.id,
    ...(token.return_url !== null && { return_url: params.return_url ?? token.return_url }),
    ...(token.setup_future_usage !== null && {
      setup_future_usage: params.setup_future_usage ?? token.setup_future_usage,
    }),
    ...(token.shipping !== null && { shipping: params.shipping ?? shippingOf(token.shipping) }),
    ...(token.mandate_data && { mandate_data: params.mandate_data ?? token.mandate_data }),
  }
}

function shippingOf({ address, name, phone }: NonNullable<ConfirmationToken['shipping']>) {
  return { address, name, ...(phone !== null && { phone }) }
}

/** The token is used up by this intent. */
export function takeToken(
  account: Account,
  id: string | undefined,
  intent: PaymentIntent | SetupIntent,
): void {
  const token = account.state.confirmationTokens.get(id ?? '')
  if (token) account.change(token, { [intent.object]: intent.id, expires_at: null })
}
