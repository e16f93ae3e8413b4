import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, parameterMissing, refused, StripeError } from '../errors.ts'
import { cardError } from '../life/money/card-error.ts'
import { acceptMandate, needMandate } from '../life/money/mandates.ts'
import { configuredTypes } from '../life/money/method-configurations.ts'
import { checkDeposits } from '../life/money/microdeposits.ts'
import { payableTypes } from '../life/money/payable-types.ts'
import { cancelSetup, confirmSetup, createSetupIntent, finishSetup } from '../life/money/setup-intents.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { methodTypesParam } from '../method-types.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
} from '../params.ts'
import type { PaymentMethod, SetupIntent } from '../wire.ts'
import { takeToken, withToken } from './confirmation-token-use.ts'
import { depositsShape, methodOf } from './payment-intent-confirm.ts'
import {
  automaticMethods,
  currencyParam,
  MAX_AMOUNT,
  mandateData,
  methodOptions,
  paymentMethodTypes,
} from './payment-intent-params.ts'
import { newMethodShape } from './payment-methods.ts'

const writable = {
  allowed_payment_method_types: emptyable(methodTypesParam),
  customer: text(),
  description: text(1000),
  excluded_payment_method_types: emptyable(methodTypesParam),
  metadata: metadata(),
  payment_method: text(),
  payment_method_data: hash(newMethodShape),
  payment_method_options: methodOptions,
  payment_method_types: paymentMethodTypes,
  flow_directions: listOf(oneOf('inbound', 'outbound'), 2),
  payment_method_configuration: text(),
  ...absent('attach_to_self', 'customer_account'),
} as const

const confirmable = {
  mandate_data: emptyable(mandateData),
  return_url: text(),
  use_stripe_sdk: flag(),
  confirmation_token: text(),
} as const

const createShape = {
  ...writable,
  ...confirmable,
  automatic_payment_methods: automaticMethods,
  confirm: flag(),
  usage: oneOf('off_session', 'on_session'),
  single_use: hash({ amount: required(integer(1, MAX_AMOUNT)), currency: required(currencyParam) }),
  ...absent('on_behalf_of'),
} as const

/** `POST /v1/setup_intents` */
export const create = endpoint(hash(createShape), (account, params) =>
  createIntent(account, withToken(account, params), account.requestVersion !== null),
)

/** `GET /v1/setup_intents/:id` */
export const retrieve = endpoint(hash({ client_secret: text() }), (account, params, id) => {
  const intent = account.need(account.state.setupIntents, id)
  if (params.client_secret !== undefined && params.client_secret !== intent.client_secret) {
    throw noSuch('setupintent', id)
  }
  return intent
})

/** `POST /v1/setup_intents/:id`. Nothing is emitted: Stripe has no event for it. */
export const update = endpoint(hash(writable), (account, params, id) => {
  const intent = account.need(account.state.setupIntents, id)
  if (!OPEN.includes(intent.status)) throw unexpectedState(intent, 'update')
  if (params.customer !== undefined) account.need(account.state.customers, params.customer, 'customer')
  const method = methodOf(account, params)
  account.change(intent, {
    ...(params.customer !== undefined && { customer: params.customer }),
    ...(params.description !== undefined && { description: params.description }),
    ...(params.flow_directions && { flow_directions: params.flow_directions }),
    ...typesOf(account, params),
    metadata: changedMetadata(intent.metadata ?? {}, params.metadata),
    ...(method && { payment_method: method.id, status: 'requires_confirmation', next_action: null }),
  })
  return intent
})

/** `POST /v1/setup_intents/:id/confirm` */
export const confirm = endpoint(
  hash({
    ...confirmable,
    allowed_payment_method_types: methodTypesParam,
    payment_method: text(),
    payment_method_data: hash(newMethodShape),
    payment_method_options: methodOptions,
  }),
  (account, given, id) => {
    const params = withToken(account, given)
    const intent = account.need(account.state.setupIntents, id)
    if (!OPEN.includes(intent.status)) throw unexpectedState(intent, 'confirm')
    const method = methodOf(account, params) ?? account.state.paymentMethods.get(intent.payment_method ?? '')
    if (method === undefined) {
      throw refused(
        'You cannot confirm this SetupIntent because it has no payment method. Give one, or update it first.',
        'payment_method',
        'setup_intent_unexpected_state',
      )
    }
    if (intent.automatic_payment_methods?.allow_redirects === 'always' && params.return_url === undefined) {
      throw returnUrlMissing()
    }
    takeToken(account, given.confirmation_token, intent)
    setUp(account, intent, method, params)
    return intent
  },
)

/** `POST /v1/setup_intents/:id/cancel` */
export const cancel = endpoint(
  hash({ cancellation_reason: oneOf('abandoned', 'duplicate', 'requested_by_customer') }),
  (account, params, id) => {
    const intent = account.need(account.state.setupIntents, id)
    if (!OPEN.includes(intent.status)) throw unexpectedState(intent, 'cancel')
    cancelSetup(account, intent, params.cancellation_reason ?? null)
    return intent
  },
)

/** `POST /v1/setup_intents/:id/verify_microdeposits` */
export const verifyMicrodeposits = endpoint(hash(depositsShape), (account, params, id) => {
  const intent = account.need(account.state.setupIntents, id)
  if (intent.next_action?.type !== 'verify_with_microdeposits') {
    throw unexpectedState(intent, 'verify the microdeposits of')
  }
  checkDeposits(account, intent, params)
  finishSetup(account, intent, true)
  return intent
})

/** `GET /v1/setup_intents` */
export const list = endpoint(
  hash({
    ...pageParams,
    created: createdParam,
    customer: text(),
    payment_method: text(),
    ...absent('attach_to_self', 'customer_account'),
  }),
  (account, params) =>
    page(
      account,
      account.state.setupIntents,
      params,
      '/v1/setup_intents',
      (intent) =>
        fits(intent, params, 'customer', 'payment_method') && inRange(intent.created, params.created),
    ),
)

const OPEN: readonly string[] = ['requires_payment_method', 'requires_confirmation', 'requires_action']

function createIntent(
  account: Account,
  params: Params<typeof createShape>,
  isAutomatic: boolean,
): SetupIntent {
  if (params.customer !== undefined) account.need(account.state.customers, params.customer, 'customer')
  const named = params.payment_method_types ?? params.allowed_payment_method_types ?? undefined
  const configured = configuredTypes(account, params.payment_method_configuration, named)
  const given = params.automatic_payment_methods
  const isOn = given?.enabled ?? (named === undefined && isAutomatic)
  const automatic = isOn ? { allow_redirects: given?.allow_redirects ?? 'always', enabled: true } : null
  const method = methodOf(account, params)
  if (params.confirm && method === null) throw parameterMissing('payment_method')
  if (params.confirm && automatic?.allow_redirects === 'always' && params.return_url === undefined) {
    throw returnUrlMissing()
  }
  const card = params.payment_method_options?.card
  const intent = createSetupIntent(account, {
    automatic_payment_methods: automatic,
    customer: params.customer ?? null,
    description: params.description ?? null,
    flow_directions: params.flow_directions ?? null,
    ...configured.shown,
    metadata: changedMetadata({}, params.metadata),
    payment_method: method?.id ?? null,
    payment_method_options: {
      card: {
        mandate_options: null,
        network: null,
        request_three_d_secure: card?.request_three_d_secure ?? 'automatic',
      },
      ...verificationOf(params.payment_method_options),
    },
    payment_method_types: payableTypes(null, {
      allowed: named ?? configured.allowed ?? (automatic === null ? ['card'] : undefined),
      excluded: params.excluded_payment_method_types,
    }),
    status: method === null ? 'requires_payment_method' : 'requires_confirmation',
    usage: params.usage ?? 'off_session',
  })
  if (params.single_use) account.state.singleUses.set(intent.id, params.single_use)
  takeToken(account, params.confirmation_token, intent)
  if (params.confirm && method) setUp(account, intent, method, params)
  return intent
}

function typesOf(account: Account, params: Params<typeof writable>): Partial<SetupIntent> {
  const { allowed_payment_method_types: allowed, excluded_payment_method_types: excluded } = params
  const named = params.payment_method_types ?? allowed
  const configured = configuredTypes(account, params.payment_method_configuration, named)
  const wanted = named ?? configured.allowed
  if (wanted === undefined && excluded === undefined) return {}
  return {
    ...(allowed !== undefined && { allowed_payment_method_types: allowed }),
    ...(excluded !== undefined && { excluded_payment_method_types: excluded }),
    payment_method_types: payableTypes(null, { allowed: wanted, excluded }),
    ...configured.shown,
  }
}

function setUp(
  account: Account,
  intent: SetupIntent,
  method: PaymentMethod,
  params: Params<typeof confirmable>,
): void {
  if (!intent.payment_method_types.includes(method.type)) {
    throw refused(
      `The PaymentMethod provided (${method.type}) is not allowed for this SetupIntent.`,
      'payment_method',
    )
  }
  if (params.mandate_data) {
    const singleUse = account.state.singleUses.get(intent.id)
    acceptMandate(account, method, params.mandate_data.customer_acceptance, singleUse)
  }
  needMandate(account, method)
  const outcome = confirmSetup(account, intent, {
    method,
    returnUrl: params.return_url ?? null,
    refusesAction: false,
  })
  if (outcome.kind !== 'declined') return
  throw new StripeError({
    ...cardError(outcome.decline),
    payment_method: structuredClone(method),
    setup_intent: structuredClone(intent),
  })
}

function verificationOf(
  given: Params<typeof writable>['payment_method_options'],
): NonNullable<SetupIntent['payment_method_options']> {
  const method = given?.us_bank_account?.verification_method
  return method === undefined || method === 'skip' ? {} : { us_bank_account: { verification_method: method } }
}

function returnUrlMissing(): StripeError {
  return refused(
    'Payment methods that redirect the customer may be used: give a `return_url`, or set ' +
      '`automatic_payment_methods[allow_redirects]` to `never`.',
    'return_url',
    'setup_intent_invalid_parameter',
  )
}

function unexpectedState(intent: SetupIntent, action: string): StripeError {
  return new StripeError({
    status: 400,
    type: 'invalid_request_error',
    code: 'setup_intent_unexpected_state',
    message: `You cannot ${action} this SetupIntent because it has a status of ${intent.status}.`,
    setup_intent: structuredClone(intent),
  })
}
