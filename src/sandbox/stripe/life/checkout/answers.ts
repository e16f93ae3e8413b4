import type { Address } from '../../address.ts'
import type { CheckoutSession, TaxId } from '../../wire.ts'
import type { Answers } from './question.ts'

/** The billing address that the customer filled in, or null where none was asked for. */
export function billingAddressIn(answers: Answers): Address | null {
  return addressIn(answers, 'billing')
}

/** Where the goods go, or null where that was not asked. */
export function shippingIn(answers: Answers): { name: string; address: Address } | null {
  const address = addressIn(answers, 'shipping')
  return address && { address, name: textIn(answers, 'shipping_name') ?? '' }
}

/** The tax number that was filled in; it stands under one of Stripe's types, which the question checks. */
export function taxIdIn(answers: Answers): { type: TaxId['type']; value: string } | null {
  const value = textIn(answers, 'tax_id')
  return value === null
    ? null
    : { type: (textIn(answers, 'tax_id_type') ?? 'unknown') as TaxId['type'], value }
}

/** What was typed into a field; null where nothing was. */
export function textIn(answers: Answers, name: string): string | null {
  return answers[name]?.trim() || null
}

/** What the session shows under `collected_information`; null where it asks for nothing of it. */
export function collectedInformation(
  session: CheckoutSession,
  answers: Answers,
): CheckoutSession['collected_information'] {
  const before = session.collected_information
  const collected = {
    business_name: textIn(answers, 'business_name') ?? before?.business_name ?? null,
    individual_name: textIn(answers, 'individual_name') ?? before?.individual_name ?? null,
    shipping_details: shippingIn(answers) ?? before?.shipping_details ?? null,
  }
  return Object.values(collected).some((each) => each !== null) ? collected : null
}

/** What the customer agreed to, where the session asked (docs.stripe.com/payments/checkout/promotional-emails-consent). */
export function consentOf(session: CheckoutSession, answers: Answers): CheckoutSession['consent'] {
  const asked = session.consent_collection
  if (asked === null) return null
  const isOptedIn = textIn(answers, 'promotions') !== null
  return {
    promotions: asked.promotions === 'auto' ? (isOptedIn ? 'opt_in' : 'opt_out') : null,
    terms_of_service: asked.terms_of_service === 'required' ? 'accepted' : null,
  }
}

function addressIn(answers: Answers, part: 'billing' | 'shipping'): Address | null {
  const country = textIn(answers, `${part}_country`)
  if (country === null) return null
  return {
    city: textIn(answers, `${part}_city`),
    country,
    line1: textIn(answers, `${part}_line1`),
    line2: textIn(answers, `${part}_line2`),
    postal_code: textIn(answers, `${part}_postal_code`),
    state: textIn(answers, `${part}_state`),
  }
}
