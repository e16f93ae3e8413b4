import { endpoint } from '../../endpoint.ts'
import { refused, StripeError } from '../../errors.ts'
import { payCheckoutWith } from '../../life/checkout/pay.ts'
import { cardError } from '../../life/money/card-error.ts'
import { methodFor } from '../../life/payment-methods.ts'
import { hash, integer, required, text } from '../../params.ts'

/** `GET /v1/payment_pages/:id`: what the CLI's triggers ask before they pay. Stripe does not document it. */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.checkoutSessions, id),
)

/** `POST /v1/payment_pages/:id/confirm`: pays a checkout session without its page, for the CLI's triggers. */
export const confirm = endpoint(
  hash({ expected_amount: integer(0), payment_method: required(text()) }),
  (account, params, id) => {
    const session = account.need(account.state.checkoutSessions, id)
    if (params.expected_amount !== undefined && params.expected_amount !== session.amount_total) {
      throw refused('The amount of the session is another.', 'expected_amount')
    }
    const method = methodFor(account, params.payment_method, 'payment_method')
    const result = payCheckoutWith(account, session, method)
    if (result.kind === 'declined') throw new StripeError(cardError(result.decline))
    if (result.kind === 'closed') throw refused('This Checkout Session is no longer open.')
    return session
  },
)
