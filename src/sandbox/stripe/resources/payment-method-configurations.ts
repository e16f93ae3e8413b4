import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import {
  CONFIGURABLE,
  createConfiguration,
  defaultMethodConfiguration,
  type Preference,
  type Preferences,
  setPreferences,
} from '../life/money/method-configurations.ts'
import { fits, page, pageParams } from '../pagination.ts'
import { emptyable, flag, hash, oneOf, type Param, text } from '../params.ts'

/** Types that Stripe still takes and shows no more. */
const RETIRED = ['apple_pay_later', 'fr_meal_voucher_conecs'] as const

type Chosen = { display_preference?: { preference?: Preference } }
type Key = (typeof CONFIGURABLE)[number] | (typeof RETIRED)[number]

const choice: Param<Chosen> = hash({
  display_preference: hash({ preference: oneOf('none', 'off', 'on') }),
})

const choices = Object.fromEntries([...CONFIGURABLE, ...RETIRED].map((key) => [key, choice])) as Record<
  Key,
  Param<Chosen>
>

function preferencesIn(params: Partial<Record<Key, Chosen>>): Preferences {
  return Object.fromEntries(
    CONFIGURABLE.flatMap((key) => {
      const preference = params[key]?.display_preference?.preference
      return preference === undefined ? [] : [[key, preference] as const]
    }),
  )
}

/** `POST /v1/payment_method_configurations` */
export const create = endpoint(hash({ ...choices, name: text(100), parent: text() }), (account, params) => {
  const { name = 'Configuration', parent } = params
  if (parent !== undefined) account.need(account.state.paymentMethodConfigurations, parent, 'parent')
  return createConfiguration(account, { name, parent, preferences: preferencesIn(params) })
})

/** `GET /v1/payment_method_configurations/:id` */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.need(account.state.paymentMethodConfigurations, id),
)

/** `POST /v1/payment_method_configurations/:id` */
export const update = endpoint(
  hash({ ...choices, active: flag(), name: text(100) }),
  (account, params, id) => {
    const configuration = account.need(account.state.paymentMethodConfigurations, id)
    if (configuration.is_default && params.active === false) {
      throw refused('The default configuration stays active.', 'active')
    }
    account.change(configuration, {
      active: params.active ?? configuration.active,
      name: params.name ?? configuration.name,
    })
    setPreferences(account, configuration, preferencesIn(params))
    return configuration
  },
)

/** `GET /v1/payment_method_configurations`: the default one is there from the start. */
export const list = endpoint(
  hash({ ...pageParams, active: flag(), application: emptyable(text()) }),
  (account, params) => {
    defaultMethodConfiguration(account)
    return page(
      account,
      account.state.paymentMethodConfigurations,
      params,
      '/v1/payment_method_configurations',
      (each) => fits(each, params, 'active', 'application'),
    )
  },
)
