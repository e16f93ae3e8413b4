import type { Account } from '../../account.ts'
import { randomText } from '../../ids.ts'
import type { CheckoutSession, Subscription } from '../../wire.ts'
import type { TypeRequest } from '../money/payable-types.ts'
import type { CheckoutDetails } from './details.ts'
import type { LineRequest } from './lines.ts'
import type { OptionalItemRequest } from './optional-items.ts'
import type { ShippingOptionRequest } from './shipping.ts'

/** Fields that the session shows as they were asked for. */
export type ShownAsAsked = Pick<
  CheckoutSession,
  | 'adaptive_pricing'
  | 'after_expiration'
  | 'automatic_tax'
  | 'billing_address_collection'
  | 'branding_settings'
  | 'consent_collection'
  | 'custom_fields'
  | 'custom_text'
  | 'excluded_payment_method_types'
  | 'integration_identifier'
  | 'invoice_creation'
  | 'locale'
  | 'managed_payments'
  | 'name_collection'
  | 'origin_context'
  | 'payment_method_options'
  | 'permissions'
  | 'phone_number_collection'
  | 'saved_payment_method_options'
  | 'shipping_address_collection'
  | 'submit_type'
  | 'tax_id_collection'
  | 'wallet_options'
>

/** What a session is made with. */
export interface CheckoutSessionRequest {
  mode: 'payment' | 'setup' | 'subscription'
  ui_mode: 'elements' | 'embedded_page' | 'form' | 'hosted_page'
  line_items: readonly LineRequest[]
  optional_items: readonly OptionalItemRequest[]
  shipping_options: readonly ShippingOptionRequest[]
  allow_redisplay: CheckoutDetails['allow_redisplay']
  currency?: string | undefined
  success_url?: string | undefined
  cancel_url?: string | undefined
  return_url?: string | undefined
  redirect_on_completion?: 'always' | 'if_required' | 'never' | undefined
  client_reference_id?: string | undefined
  customer?: string | undefined
  customer_creation?: 'always' | 'if_required' | undefined
  customer_email?: string | undefined
  customer_update: CheckoutDetails['customer_update']
  allow_promotion_codes?: boolean | undefined
  discounts?: readonly { coupon?: string; promotion_code?: string }[] | undefined
  /** Seconds since 1970. */
  expires_at: number
  payment_method_collection?: 'always' | 'if_required' | undefined
  types: TypeRequest
  /** Id of the payment method configuration that decides about the types. */
  configuration?: string | undefined
  metadata: Record<string, string>
  /** Of the subscription that the session makes. */
  billing_mode: Subscription['billing_mode']
  subscription_data?: CheckoutDetails['subscription_data'] | undefined
  payment_intent_data?: CheckoutDetails['payment_intent_data'] | undefined
  setup_intent_data?: { description: string | null; metadata: Record<string, string> } | undefined
  recovered_from?: string | undefined
  shown: Partial<ShownAsAsked>
}

/** The session before anything is priced. */
export function emptySession(account: Account, id: string, request: CheckoutSessionRequest): CheckoutSession {
  const isHosted = request.ui_mode === 'hosted_page'
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: request.allow_promotion_codes ?? null,
    allowed_payment_method_types: request.types.allowed ? [...request.types.allowed] : null,
    amount_subtotal: 0,
    amount_total: 0,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: request.cancel_url ?? null,
    client_reference_id: request.client_reference_id ?? null,
    client_secret: isHosted ? null : `${id}_secret_${randomText(58)}`,
    collected_information: null,
    consent: null,
    consent_collection: null,
    created: account.now,
    currency: null,
    currency_conversion: null,
    custom_fields: [],
    custom_text: {
      after_submit: null,
      shipping_address: null,
      submit: null,
      terms_of_service_acceptance: null,
    },
    customer: request.customer ?? null,
    customer_account: null,
    customer_creation: customerCreation(request),
    customer_details: null,
    customer_email: request.customer_email ?? null,
    discounts: [],
    expires_at: request.expires_at,
    integration_identifier: null,
    invoice: null,
    invoice_creation:
      request.mode !== 'payment'
        ? null
        : {
            enabled: false,
            invoice_data: {
              account_tax_ids: null,
              custom_fields: null,
              description: null,
              footer: null,
              issuer: null,
              metadata: {},
              rendering_options: null,
            },
          },
    livemode: false,
    locale: null,
    managed_payments: null,
    metadata: request.metadata,
    mode: request.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection:
      request.mode === 'payment' ? 'if_required' : (request.payment_method_collection ?? 'always'),
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: request.recovered_from ?? null,
    ...(isHosted ? {} : { redirect_on_completion: request.redirect_on_completion ?? 'always' }),
    ...(request.return_url === undefined ? {} : { return_url: request.return_url }),
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: null,
    subscription: null,
    success_url: request.success_url ?? null,
    total_details: null,
    ui_mode: request.ui_mode,
    url: isHosted ? `${account.url}/c/pay/${id}` : null,
    wallet_options: null,
    ...request.shown,
  }
}

function customerCreation(request: CheckoutSessionRequest): CheckoutSession['customer_creation'] {
  if (request.customer !== undefined) return null
  const isInvoiced = request.shown.invoice_creation?.enabled === true
  return request.mode === 'subscription' || isInvoiced
    ? 'always'
    : (request.customer_creation ?? 'if_required')
}
