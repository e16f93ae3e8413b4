import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { CheckoutSession, ShippingRate } from '../../wire.ts'
import { createShippingRate, type ShippingRateRequest, shippingAmount } from '../shipping-rates.ts'

export interface ShippingOptionRequest {
  shipping_rate?: string
  shipping_rate_data?: ShippingRateRequest
}

/**
 * The deliveries that a session offers, in its currency (docs.stripe.com/payments/during-payment/charge-shipping).
 * @throws StripeError 400 for a rate that is inactive or has no price in that currency.
 */
export function shippingOptionsOf(
  account: Account,
  given: readonly ShippingOptionRequest[],
  currency: string | null,
): CheckoutSession['shipping_options'] {
  return given.map((option, index) => {
    const at = `shipping_options[${index}]`
    const rate = rateOf(account, option, at)
    const amount = shippingAmount(rate, currency ?? '')
    if (amount === null) {
      throw refused(`The shipping rate ${rate.id} has no price in ${currency}.`, `${at}[shipping_rate]`)
    }
    return { shipping_amount: amount, shipping_rate: rate.id }
  })
}

function rateOf(account: Account, option: ShippingOptionRequest, at: string): ShippingRate {
  const { shipping_rate: id, shipping_rate_data: data } = option
  if ((id === undefined) === (data === undefined)) {
    throw refused('Give either `shipping_rate` or `shipping_rate_data`.', at, 'parameter_missing')
  }
  if (data) return createShippingRate(account, data)
  const rate = account.need(account.state.shippingRates, id ?? '', `${at}[shipping_rate]`)
  if (rate.active) return rate
  throw refused(`The shipping rate ${rate.id} is not active.`, `${at}[shipping_rate]`)
}
