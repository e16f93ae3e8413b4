import { customFieldsOf } from '../../life/checkout/custom-fields.ts'
import type { ShownAsAsked } from '../../life/checkout/object.ts'
import { changedMetadata } from '../../metadata.ts'
import type { Params } from '../../params.ts'
import type { createShape } from './create-params.ts'

type CreateParams = Params<typeof createShape>

/** What the session shows as it was asked for. */
export function shownOf(params: CreateParams): Partial<ShownAsAsked> {
  const { adaptive_pricing: adaptive, saved_payment_method_options: saved } = params
  return {
    ...collectionOf(params),
    ...lookOf(params),
    ...recoveryOf(params),
    ...(adaptive && { adaptive_pricing: { enabled: adaptive.enabled ?? false } }),
    ...(params.automatic_tax && {
      automatic_tax: {
        enabled: params.automatic_tax.enabled,
        liability: params.automatic_tax.enabled ? { type: 'self' as const } : null,
        provider: params.automatic_tax.enabled ? 'stripe' : null,
        status: null,
      },
    }),
    ...(params.excluded_payment_method_types && {
      excluded_payment_method_types: params.excluded_payment_method_types,
    }),
    ...(params.integration_identifier && { integration_identifier: params.integration_identifier }),
    ...(params.invoice_creation && { invoice_creation: invoiceCreationOf(params.invoice_creation) }),
    ...(params.managed_payments && { managed_payments: { enabled: false } }),
    ...(params.origin_context && { origin_context: params.origin_context }),
    ...(params.payment_method_options && {
      payment_method_options: methodOptionsOf(params.payment_method_options),
    }),
    ...(params.permissions && {
      permissions: { update_shipping_details: params.permissions.update_shipping_details ?? null },
    }),
    ...(saved && {
      saved_payment_method_options: {
        allow_redisplay_filters: saved.allow_redisplay_filters ?? ['always'],
        payment_method_remove: saved.payment_method_remove ?? 'disabled',
        payment_method_save: saved.payment_method_save ?? 'disabled',
      },
    }),
    ...(params.wallet_options && { wallet_options: params.wallet_options }),
  }
}

/** What is asked of the customer. */
function collectionOf(params: CreateParams): Partial<ShownAsAsked> {
  const { consent_collection: consent, name_collection: names, tax_id_collection: taxIds } = params
  return {
    ...(params.billing_address_collection && {
      billing_address_collection: params.billing_address_collection,
    }),
    ...(consent && {
      consent_collection: {
        payment_method_reuse_agreement: consent.payment_method_reuse_agreement ?? null,
        promotions: consent.promotions ?? null,
        terms_of_service: consent.terms_of_service ?? null,
      },
    }),
    ...(params.custom_fields && { custom_fields: customFieldsOf(params.custom_fields) }),
    ...(names && {
      name_collection: {
        ...(names.business && { business: asked(names.business) }),
        ...(names.individual && { individual: asked(names.individual) }),
      },
    }),
    ...(params.phone_number_collection && { phone_number_collection: params.phone_number_collection }),
    ...(params.shipping_address_collection && {
      shipping_address_collection: params.shipping_address_collection,
    }),
    ...(taxIds && {
      tax_id_collection: { enabled: taxIds.enabled, required: taxIds.required ?? 'never' },
    }),
  }
}

function asked({ enabled, optional = false }: { enabled: boolean; optional?: boolean }) {
  return { enabled, optional }
}

/** How the page looks and what it says. */
function lookOf(params: CreateParams): Partial<ShownAsAsked> {
  const { branding_settings: branding, custom_text: texts } = params
  return {
    ...(branding && {
      branding_settings: {
        background_color: branding.background_color ?? '#ffffff',
        border_style: branding.border_style ?? 'rounded',
        button_color: branding.button_color ?? '#0074d4',
        display_name: branding.display_name ?? 'Sandbox',
        font_family: branding.font_family ?? 'default',
        icon: branding.icon ?? null,
        logo: branding.logo ?? null,
      },
    }),
    ...(texts && {
      custom_text: {
        after_submit: texts.after_submit ?? null,
        shipping_address: texts.shipping_address ?? null,
        submit: texts.submit ?? null,
        terms_of_service_acceptance: texts.terms_of_service_acceptance ?? null,
      },
    }),
    ...(params.locale && { locale: params.locale }),
    ...(params.submit_type && { submit_type: params.submit_type }),
  }
}

function recoveryOf({ after_expiration: after }: CreateParams): Partial<ShownAsAsked> {
  const recovery = after?.recovery
  return recovery
    ? {
        after_expiration: {
          recovery: {
            allow_promotion_codes: recovery.allow_promotion_codes ?? false,
            enabled: recovery.enabled,
            expires_at: null,
            url: null,
          },
        },
      }
    : {}
}

function invoiceCreationOf(
  given: NonNullable<CreateParams['invoice_creation']>,
): ShownAsAsked['invoice_creation'] {
  const data = given.invoice_data ?? {}
  const rendering = data.rendering_options
  return {
    enabled: given.enabled,
    invoice_data: {
      account_tax_ids: data.account_tax_ids ?? null,
      custom_fields: data.custom_fields ?? null,
      description: data.description ?? null,
      footer: data.footer ?? null,
      issuer: data.issuer ?? null,
      metadata: changedMetadata({}, data.metadata),
      rendering_options: rendering
        ? { amount_tax_display: rendering.amount_tax_display ?? null, template: rendering.template ?? null }
        : null,
    },
  }
}

function methodOptionsOf(
  given: NonNullable<CreateParams['payment_method_options']>,
): ShownAsAsked['payment_method_options'] {
  const { card, sepa_debit: sepa, us_bank_account: us } = given
  return {
    ...(card && {
      card: { ...card, request_three_d_secure: card.request_three_d_secure ?? 'automatic' },
    }),
    ...(sepa && { sepa_debit: sepa }),
    ...(us && { us_bank_account: us }),
  }
}
