import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import { METHOD_TYPES } from '../../method-types.ts'
import type { PaymentMethodConfiguration } from '../../wire.ts'

/** What a configuration can turn on and off: each type of payment method, and wallets and networks of cards. */
export const CONFIGURABLE = [
  ...METHOD_TYPES,
  'apple_pay',
  'cartes_bancaires',
  'google_pay',
  'jcb',
  'link',
] as const

type Configurable = (typeof CONFIGURABLE)[number]
export type Preference = 'none' | 'off' | 'on'
export type Preferences = Partial<Record<Configurable, Preference>>

/** What is on where nobody has decided, in an account that has just begun. */
const ON_BY_DEFAULT: readonly Configurable[] = [
  'apple_pay',
  'card',
  'google_pay',
  'link',
  'sepa_debit',
  'us_bank_account',
]

interface ConfigurationRequest {
  name: string
  parent?: string | undefined
  preferences: Preferences
  isDefault?: boolean
}

/**
 * Which payment methods are offered where a request names none (docs.stripe.com/payments/payment-method-configurations).
 * What it does not decide is as its parent has it.
 */
export function createConfiguration(
  account: Account,
  request: ConfigurationRequest,
): PaymentMethodConfiguration {
  const configuration: PaymentMethodConfiguration = {
    id: newId.paymentMethodConfiguration(),
    object: 'payment_method_configuration',
    active: true,
    application: null,
    is_default: request.isDefault ?? false,
    livemode: false,
    name: request.name,
    parent: request.parent ?? null,
  }
  account.state.paymentMethodConfigurations.add(configuration)
  setPreferences(account, configuration, request.preferences)
  return configuration
}

/** Decides about some types; the others stay as they are. */
export function setPreferences(
  account: Account,
  configuration: PaymentMethodConfiguration,
  preferences: Preferences,
): void {
  const parent = account.state.paymentMethodConfigurations.get(configuration.parent ?? '')
  for (const type of CONFIGURABLE) {
    const preference = preferences[type] ?? configuration[type]?.display_preference.preference ?? 'none'
    const inherited =
      parent?.[type]?.display_preference.value ?? (ON_BY_DEFAULT.includes(type) ? 'on' : 'off')
    const value = preference === 'none' ? inherited : preference
    Object.assign(configuration, {
      [type]: { available: value === 'on', display_preference: { overridable: null, preference, value } },
    })
  }
}

/** The configuration that each account has from the start. */
export function defaultMethodConfiguration(account: Account): PaymentMethodConfiguration {
  const found = account.state.paymentMethodConfigurations.newestFirst().find((each) => each.is_default)
  return found ?? createConfiguration(account, { name: 'Default', preferences: {}, isDefault: true })
}

/**
 * The types that the configuration of a request leaves, undefined where it names none; and what the object shows of it.
 * @throws StripeError 400 for one that is not there or not active, and for types beside it.
 */
export function configuredTypes(
  account: Account,
  id: string | undefined,
  named: readonly string[] | null | undefined,
) {
  if (id === undefined) return { allowed: undefined, shown: {} }
  const param = 'payment_method_configuration'
  const configuration = account.need(account.state.paymentMethodConfigurations, id, param)
  if (named) throw refused(`Give either types of payment methods or \`${param}\`.`, param)
  if (!configuration.active) throw refused(`The configuration ${id} is not active.`, param)
  const allowed = METHOD_TYPES.filter((type) => configuration[type]?.available === true)
  const details = { id, parent: configuration.parent }
  return { allowed, shown: { payment_method_configuration_details: details } }
}
