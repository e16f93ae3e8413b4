import { addressParam, NO_ADDRESS } from '../address.ts'
import { endpoint } from '../endpoint.ts'
import { parameterMissing } from '../errors.ts'
import { newId } from '../ids.ts'
import { SECONDS_PER_HOUR } from '../life/calendar.ts'
import { absent, emptyable, hash, required, text } from '../params.ts'
import type { ConfirmationToken, PaymentMethod } from '../wire.ts'
import { methodOf } from './payment-intent-confirm.ts'
import { futureUsage } from './payment-intent-params.ts'
import { newMethodShape } from './payment-methods.ts'

/** How long a token can be used (docs.stripe.com/api/confirmation_tokens/object#confirmation_token_object-expires_at). */
const TOKEN_SECONDS = 12 * SECONDS_PER_HOUR

/** `POST /v1/test_helpers/confirmation_tokens`: what a browser would have made of the customer's form. */
export const create = endpoint(
  hash({
    payment_method: text(),
    payment_method_data: hash(newMethodShape),
    payment_method_options: hash({ card: hash({ ...absent('installments') }) }),
    return_url: text(),
    setup_future_usage: futureUsage,
    shipping: hash({ address: required(addressParam), name: required(text()), phone: emptyable(text()) }),
  }),
  (account, params) => {
    const method = methodOf(account, params)
    if (method === null) throw parameterMissing('payment_method_data')
    const { shipping } = params
    const token: ConfirmationToken = {
      id: newId.confirmationToken(),
      object: 'confirmation_token',
      created: account.now,
      expires_at: account.now + TOKEN_SECONDS,
      livemode: false,
      mandate_data: method.type === 'card' ? null : ACCEPTED,
      metadata: {},
      payment_intent: null,
      payment_method_options: { card: null },
      payment_method_preview: previewOf(method),
      return_url: params.return_url ?? null,
      setup_future_usage: params.setup_future_usage ?? null,
      setup_intent: null,
      shipping: shipping
        ? {
            address: { ...NO_ADDRESS, ...shipping.address },
            name: shipping.name,
            phone: shipping.phone ?? null,
          }
        : null,
      use_stripe_sdk: true,
    }
    account.state.tokenMethods.set(token.id, method.id)
    return account.state.confirmationTokens.add(token)
  },
)

/** The customer agreed to debits on the page that made the token. */
const ACCEPTED: ConfirmationToken['mandate_data'] = {
  customer_acceptance: { online: { ip_address: '127.0.0.1', user_agent: 'sandbox' }, type: 'online' },
}

/** `GET /v1/confirmation_tokens/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.confirmationTokens, id),
)

function previewOf(method: PaymentMethod): ConfirmationToken['payment_method_preview'] {
  const { id: _, object: __, created: ___, livemode: ____, metadata: _____, ...shown } = method
  return shown as ConfirmationToken['payment_method_preview']
}
