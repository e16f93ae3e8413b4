import { TAX_ID_TYPES } from '../../tax-id-type.ts'
import type { CheckoutSession } from '../../wire.ts'
import { customQuestions } from './custom-fields.ts'
import type { Answers, Question } from './question.ts'

/** Where a billing address can be. */
export const COUNTRIES = [
  'AT',
  'AU',
  'CH',
  'DE',
  'ES',
  'FR',
  'GB',
  'IE',
  'IT',
  'JP',
  'NL',
  'PL',
  'SE',
  'US',
] as const

/** What this session asks, in the order of the page (docs.stripe.com/payments/checkout/customization). */
export function questionsOf(session: CheckoutSession): Question[] {
  const { name_collection: names, consent_collection: consent } = session
  return [
    ...(session.phone_number_collection?.enabled ? [PHONE] : []),
    ...(session.shipping_address_collection
      ? addressQuestions('shipping', session.shipping_address_collection.allowed_countries)
      : []),
    ...(asksForBilling(session) ? addressQuestions('billing', COUNTRIES) : []),
    ...(names?.business?.enabled ? [nameQuestion('business', !names.business.optional)] : []),
    ...(names?.individual?.enabled ? [nameQuestion('individual', !names.individual.optional)] : []),
    ...(session.tax_id_collection?.enabled ? taxIdQuestions(session) : []),
    ...customQuestions(session),
    ...(session.saved_payment_method_options?.payment_method_save === 'enabled' && session.mode === 'payment'
      ? [checkbox('save_method', 'Save this payment method for next time', 'details', false)]
      : []),
    ...(consent?.promotions === 'auto'
      ? [checkbox('promotions', 'Send me news and offers', 'consent', false)]
      : []),
    ...(consent?.terms_of_service === 'required'
      ? [checkbox('terms', 'I agree to the terms of service', 'consent', true)]
      : []),
  ]
}

/** The first answer that will not do, or null. */
export function problemIn(
  session: CheckoutSession,
  answers: Answers,
): { field: string; message: string } | null {
  for (const { name, label, isRequired, options, problem } of questionsOf(session)) {
    const answer = answers[name]?.trim() ?? ''
    if (answer === '') {
      if (isRequired) return { field: name, message: `${label}: this is required.` }
      continue
    }
    if (options && !options.some(([value]) => value === answer)) {
      return { field: name, message: `${label}: choose one of these.` }
    }
    const message = problem?.(answer) ?? null
    if (message !== null) return { field: name, message }
  }
  return null
}

/** What somebody answers who wants to get through; `own` answers take its place. */
export function assumedAnswers(session: CheckoutSession, own: Answers = {}): Answers {
  const assumed = questionsOf(session).map(({ name, assumed }) => [name, assumed] as const)
  return { ...Object.fromEntries(assumed), ...own }
}

/** Whether the page asks for a billing address: automatic tax needs one where none is asked for otherwise. */
function asksForBilling(session: CheckoutSession): boolean {
  const isForTax = session.automatic_tax.enabled && session.shipping_address_collection === null
  return session.billing_address_collection === 'required' || isForTax
}

const PHONE: Question = {
  name: 'phone',
  label: 'Phone',
  part: 'contact',
  kind: 'tel',
  isRequired: true,
  initial: '',
  assumed: '+15555550100',
  autocomplete: 'tel',
  problem: (answer) =>
    /^\+?[\d\s()-]{5,20}$/.test(answer) ? null : 'Enter a phone number, such as +1 555 555 0100.',
}

/** The fields of an address; of a delivery, the recipient's name too. */
export function addressQuestions(part: 'shipping' | 'billing', countries: readonly string[]): Question[] {
  const field = (name: string, label: string, isRequired: boolean, assumed: string): Question => ({
    name: `${part}_${name}`,
    label,
    part,
    kind: 'text',
    isRequired,
    initial: '',
    assumed,
    autocomplete: `${part} ${AUTOCOMPLETE[name] ?? 'off'}`,
  })
  return [
    ...(part === 'shipping' ? [field('name', 'Name of the recipient', true, 'Test Customer')] : []),
    {
      ...field('country', 'Country', true, countries[0] ?? ''),
      kind: 'select',
      initial: countries[0] ?? '',
      options: countries.map((code) => [code, countryName(code)] as const),
    },
    field('line1', 'Address', true, '1 Test Street'),
    field('line2', 'Address, second line', false, ''),
    field('postal_code', 'Postal code', false, '12345'),
    field('city', 'City', false, 'Testville'),
    field('state', 'State', false, ''),
  ]
}

const AUTOCOMPLETE: Readonly<Record<string, string>> = {
  name: 'name',
  country: 'country',
  line1: 'address-line1',
  line2: 'address-line2',
  postal_code: 'postal-code',
  city: 'address-level2',
  state: 'address-level1',
}

function countryName(code: string): string {
  return new Intl.DisplayNames('en', { type: 'region', fallback: 'code' }).of(code) ?? code
}

function nameQuestion(whose: 'business' | 'individual', isRequired: boolean): Question {
  return {
    name: `${whose}_name`,
    label: whose === 'business' ? 'Business name' : 'Full name',
    part: 'details',
    kind: 'text',
    isRequired,
    initial: '',
    assumed: whose === 'business' ? 'Test Business' : 'Test Customer',
    autocomplete: whose === 'business' ? 'organization' : 'name',
  }
}

/** The kinds of tax numbers, and what they are called. */
export const TAX_ID_CHOICES = TAX_ID_TYPES.map(
  (type) => [type, type.replaceAll('_', ' ').toUpperCase()] as const,
)

/** A number and, unless it is asked for anyway, the name of the business (docs.stripe.com/tax/checkout/tax-ids). */
function taxIdQuestions(session: CheckoutSession): Question[] {
  const isRequired = session.tax_id_collection?.required === 'if_supported'
  const shared = { part: 'details', isRequired, initial: '' } as const
  return [
    {
      ...shared,
      name: 'tax_id_type',
      label: 'Kind of tax ID',
      kind: 'select',
      initial: 'eu_vat',
      assumed: 'eu_vat',
      options: TAX_ID_CHOICES,
    },
    {
      ...shared,
      name: 'tax_id',
      label: 'Tax ID',
      kind: 'text',
      assumed: isRequired ? 'DE123456789' : '',
      problem: (answer) => (answer.length <= 50 ? null : 'A tax ID has at most 50 characters.'),
    },
    ...(session.name_collection?.business?.enabled ? [] : [nameQuestion('business', isRequired)]),
  ]
}

function checkbox(name: string, label: string, part: Question['part'], isRequired: boolean): Question {
  return { name, label, part, kind: 'checkbox', isRequired, initial: '', assumed: isRequired ? 'on' : '' }
}
