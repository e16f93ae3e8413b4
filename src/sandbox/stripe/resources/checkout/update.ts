import { NO_ADDRESS } from '../../address.ts'
import { endpoint } from '../../endpoint.ts'
import { refused } from '../../errors.ts'
import { changeLines, changeShippingOptions, collectShipping } from '../../life/checkout/change.ts'
import { changedMetadata, metadata } from '../../metadata.ts'
import { emptyable, hash, list as listOf, required, text } from '../../params.ts'
import { futureUsage } from '../payment-intent-params.ts'
import { changedLine, shippingOptions } from './line-params.ts'
import { lineRequestOf, shippingRequestOf } from './requests.ts'
import { countryCode } from './scalars.ts'

const address = hash({
  city: text(),
  country: required(countryCode),
  line1: required(text()),
  line2: text(),
  postal_code: text(),
  state: text(),
})

/** `POST /v1/checkout/sessions/:id`. A line that is not named is taken off, and so is one of which nothing is left. */
export const update = endpoint(
  hash({
    collected_information: hash({
      shipping_details: hash({ address: required(address), name: required(text(255)) }),
    }),
    line_items: listOf(changedLine, 100),
    metadata: metadata(),
    payment_intent_data: hash({
      description: emptyable(text(1000)),
      metadata: metadata(),
      setup_future_usage: emptyable(futureUsage),
      statement_descriptor: emptyable(text(22)),
      statement_descriptor_suffix: emptyable(text(22)),
    }),
    shipping_options: emptyable(shippingOptions),
  }),
  (account, params, id) => {
    const session = account.need(account.state.checkoutSessions, id)
    const { payment_intent_data: data, shipping_options: options } = params
    const shipping = params.collected_information?.shipping_details
    if (params.line_items) {
      const lines = params.line_items.map(({ id: lineId, ...each }) => ({
        ...lineRequestOf(each),
        ...(lineId !== undefined && { id: lineId }),
      }))
      changeLines(account, session, lines)
    }
    if (options !== undefined) {
      changeShippingOptions(account, session, options?.map(shippingRequestOf) ?? null)
    }
    if (shipping) {
      const { address: given, name } = shipping
      collectShipping(account, session, { address: { ...NO_ADDRESS, ...given }, name })
    }
    if (data) {
      const details = account.state.checkoutDetails.get(id)
      if (session.mode !== 'payment' || session.status !== 'open' || details === undefined) {
        throw refused(
          '`payment_intent_data` is for an open session in `payment` mode.',
          'payment_intent_data',
        )
      }
      const { metadata: change, ...rest } = data
      const before = details.payment_intent_data
      details.payment_intent_data = {
        ...before,
        ...rest,
        metadata: changedMetadata(before.metadata, change),
      }
    }
    account.change(session, { metadata: changedMetadata(session.metadata ?? {}, params.metadata) })
    return session
  },
)
