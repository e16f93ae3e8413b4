import { emptyable, flag, hash, integer, list as listOf, oneOf, required, text } from '../../params.ts'
import { colour, countryCode } from './scalars.ts'

const message = emptyable(hash({ message: required(text(1200)) }))
const autoOrNever = oneOf('auto', 'never')
const name = hash({ enabled: required(flag()), optional: flag() })
const picture = hash({ type: required(oneOf('file', 'url')), file: text(), url: text(2048) })
const bounds = hash({
  default_value: text(255),
  maximum_length: integer(1, 255),
  minimum_length: integer(0, 255),
})

/** What the session asks of the customer, and how its page looks. */
export const collectionShape = {
  billing_address_collection: oneOf('auto', 'required'),
  branding_settings: hash({
    background_color: emptyable(colour),
    border_style: emptyable(oneOf('pill', 'rectangular', 'rounded')),
    button_color: emptyable(colour),
    display_name: text(250),
    font_family: emptyable(text(50)),
    icon: picture,
    logo: picture,
  }),
  consent_collection: hash({
    payment_method_reuse_agreement: hash({ position: required(oneOf('auto', 'hidden')) }),
    promotions: oneOf('auto', 'none'),
    terms_of_service: oneOf('none', 'required'),
  }),
  // docs.stripe.com/payments/checkout/custom-fields: up to three.
  custom_fields: listOf(
    hash({
      key: required(text(200)),
      label: required(hash({ custom: required(text(50)), type: required(oneOf('custom')) })),
      type: required(oneOf('dropdown', 'numeric', 'text')),
      optional: flag(),
      dropdown: hash({
        default_value: text(100),
        options: required(listOf(hash({ label: required(text(100)), value: required(text(100)) }), 200)),
      }),
      numeric: bounds,
      text: bounds,
    }),
    3,
  ),
  custom_text: hash({
    after_submit: message,
    shipping_address: message,
    submit: message,
    terms_of_service_acceptance: message,
  }),
  customer_update: hash({ address: autoOrNever, name: autoOrNever, shipping: autoOrNever }),
  name_collection: hash({ business: name, individual: name }),
  phone_number_collection: hash({ enabled: required(flag()) }),
  shipping_address_collection: hash({ allowed_countries: required(listOf(countryCode, 300)) }),
  submit_type: oneOf('auto', 'book', 'donate', 'pay', 'subscribe'),
  tax_id_collection: hash({ enabled: required(flag()), required: oneOf('if_supported', 'never') }),
} as const
