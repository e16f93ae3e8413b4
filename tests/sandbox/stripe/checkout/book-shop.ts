import type Stripe from 'stripe'
import type { Shop } from '../shop.ts'

export const SUCCESS_URL = 'http://127.0.0.1/success'

/** A book at €12.00, made for one session. */
export const book = (more: Partial<Stripe.Checkout.SessionCreateParams.LineItem> = {}) => ({
  price_data: { currency: 'eur', unit_amount: 1_200, product_data: { name: 'A book' } },
  quantity: 1,
  ...more,
})

/** A session in payment mode that sells a book. */
export function sellBook(
  { stripe }: Shop,
  more: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Checkout.Session> {
  return stripe.checkout.sessions.create({
    mode: 'payment',
    success_url: SUCCESS_URL,
    line_items: [book()],
    ...more,
  })
}

/** The path of a session's hosted page. */
export const pathOf = ({ url }: Stripe.Checkout.Session) => new URL(String(url)).pathname

/** A card that pays, and who pays, as the form of the hosted page sends them. */
export const CARD_FIELDS = {
  email: 'ada@example.test',
  billingName: 'Ada Lovelace',
  cardNumber: '4242 4242 4242 4242',
  cardExpiry: '12 / 34',
  cardCvc: '123',
}
