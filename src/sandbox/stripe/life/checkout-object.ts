import type { Account } from '../account.ts'
import type { CheckoutDetails } from '../state.ts'
import type { CheckoutSession } from '../wire.ts'

/** What a session is made with, its references checked. */
export interface CheckoutSessionRequest {
  mode: 'payment' | 'subscription'
  line_items: readonly { price?: string; quantity?: number; metadata: Record<string, string> }[]
  success_url: string
  cancel_url?: string | undefined
  client_reference_id?: string | undefined
  customer?: string | undefined
  customer_creation?: 'always' | 'if_required' | undefined
  customer_email?: string | undefined
  allow_promotion_codes?: boolean | undefined
  discounts?: readonly { coupon?: string; promotion_code?: string }[] | undefined
  /** Seconds since 1970. */
  expires_at: number
  locale?: CheckoutSession['locale'] | undefined
  submit_type?: CheckoutSession['submit_type'] | undefined
  payment_method_collection?: 'always' | 'if_required' | undefined
  metadata: Record<string, string>
  subscription_data?: CheckoutDetails['subscription_data'] | undefined
  payment_intent_data?: CheckoutDetails['payment_intent_data'] | undefined
}

/** The session before anything is priced. */
export function emptySession(account: Account, id: string, request: CheckoutSessionRequest): CheckoutSession {
  const isSubscription = request.mode === 'subscription'
  return {
    id,
    object: 'checkout.session',
    adaptive_pricing: { enabled: false },
    after_expiration: null,
    allow_promotion_codes: request.allow_promotion_codes ?? null,
    allowed_payment_method_types: null,
    amount_subtotal: 0,
    amount_total: 0,
    automatic_tax: { enabled: false, liability: null, provider: null, status: null },
    billing_address_collection: null,
    cancel_url: request.cancel_url ?? null,
    client_reference_id: request.client_reference_id ?? null,
    client_secret: null,
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
    invoice_creation: isSubscription
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
    locale: request.locale ?? null,
    managed_payments: null,
    metadata: request.metadata,
    mode: request.mode,
    origin_context: null,
    payment_intent: null,
    payment_link: null,
    payment_method_collection: isSubscription
      ? (request.payment_method_collection ?? 'always')
      : 'if_required',
    payment_method_configuration_details: null,
    payment_method_options: {},
    payment_method_types: ['card', 'sepa_debit'],
    payment_status: 'unpaid',
    permissions: null,
    phone_number_collection: { enabled: false },
    recovered_from: null,
    saved_payment_method_options: null,
    setup_intent: null,
    shipping_address_collection: null,
    shipping_cost: null,
    shipping_options: [],
    status: 'open',
    submit_type: request.submit_type ?? null,
    subscription: null,
    success_url: request.success_url,
    total_details: null,
    ui_mode: 'hosted_page',
    url: `${account.url}/c/pay/${id}`,
    wallet_options: null,
  }
}

function customerCreation(request: CheckoutSessionRequest): CheckoutSession['customer_creation'] {
  if (request.customer !== undefined) return null
  return request.mode === 'subscription' ? 'always' : (request.customer_creation ?? 'if_required')
}
