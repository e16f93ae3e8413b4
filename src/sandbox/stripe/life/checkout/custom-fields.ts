import { refused } from '../../errors.ts'
import type { CheckoutSession } from '../../wire.ts'
import type { Answers, Question } from './question.ts'

type CustomField = CheckoutSession['custom_fields'][number]

interface Bounds {
  default_value?: string
  maximum_length?: number
  minimum_length?: number
}

/** A field of the merchant's own, as a request describes it. */
export interface CustomFieldRequest {
  key: string
  label: { custom: string; type: 'custom' }
  type: 'dropdown' | 'numeric' | 'text'
  optional?: boolean
  dropdown?: { default_value?: string; options: { label: string; value: string }[] }
  numeric?: Bounds
  text?: Bounds
}

/**
 * The fields as the session shows them (docs.stripe.com/payments/checkout/custom-fields).
 * @throws StripeError 400 for a key that is no key or stands twice, and for what belongs to another type.
 */
export function customFieldsOf(given: readonly CustomFieldRequest[]): CustomField[] {
  const seen = new Set<string>()
  return given.map((field, index) => {
    const at = `custom_fields[${index}]`
    if (!/^[0-9A-Za-z]+$/.test(field.key)) {
      throw refused('A key has letters and digits only.', `${at}[key]`)
    }
    if (seen.has(field.key)) throw refused('Each key stands once.', `${at}[key]`)
    seen.add(field.key)
    for (const type of ['dropdown', 'numeric', 'text'] as const) {
      if (type !== field.type && field[type] !== undefined) {
        throw refused(`\`${type}\` is for fields of that type.`, `${at}[${type}]`)
      }
    }
    const shared = { key: field.key, label: field.label, optional: field.optional ?? false, type: field.type }
    return { ...shared, ...shapeOf(field, at) }
  })
}

function shapeOf(field: CustomFieldRequest, at: string): Partial<CustomField> {
  if (field.type === 'dropdown') {
    const options = field.dropdown?.options ?? []
    if (options.length === 0)
      throw refused('A dropdown needs options.', `${at}[dropdown]`, 'parameter_missing')
    const chosen = field.dropdown?.default_value ?? null
    if (chosen !== null && !options.some(({ value }) => value === chosen)) {
      throw refused('The default value must be one of the options.', `${at}[dropdown][default_value]`)
    }
    return { dropdown: { default_value: chosen, options, value: null } }
  }
  const bounds = field[field.type]
  const [minimum, maximum] = [bounds?.minimum_length ?? null, bounds?.maximum_length ?? null]
  if (minimum !== null && maximum !== null && minimum > maximum) {
    throw refused('`minimum_length` is more than `maximum_length`.', `${at}[${field.type}][minimum_length]`)
  }
  const shape = {
    default_value: bounds?.default_value ?? null,
    maximum_length: maximum,
    minimum_length: minimum,
    value: null,
  }
  return field.type === 'numeric' ? { numeric: shape } : { text: shape }
}

/** What the hosted page asks for them. */
export function customQuestions(session: CheckoutSession): Question[] {
  return session.custom_fields.map((field) => {
    const { dropdown, label } = field
    const bounds = field.numeric ?? field.text
    const initial = dropdown?.default_value ?? bounds?.default_value ?? ''
    return {
      name: nameOf(field),
      label: label.custom ?? field.key,
      part: 'details',
      kind: dropdown ? 'select' : 'text',
      ...(dropdown && { options: dropdown.options.map(({ value, label: text }) => [value, text] as const) }),
      isRequired: !field.optional,
      initial,
      assumed: field.optional ? initial : initial || assumedFor(field),
      ...(bounds && { problem: (answer: string) => problemOf(answer, bounds, field.numeric !== undefined) }),
    }
  })
}

/** The fields with what the customer filled in. */
export function filledFields(session: CheckoutSession, answers: Answers): CustomField[] {
  return session.custom_fields.map((field) => {
    const value = answers[nameOf(field)]?.trim() || null
    return {
      ...field,
      ...(field.dropdown && { dropdown: { ...field.dropdown, value } }),
      ...(field.numeric && { numeric: { ...field.numeric, value } }),
      ...(field.text && { text: { ...field.text, value } }),
    }
  })
}

function nameOf(field: CustomField): string {
  return `custom_${field.key}`
}

function assumedFor({ dropdown, numeric, text }: CustomField): string {
  if (dropdown) return dropdown.options[0]?.value ?? ''
  const length = numeric?.minimum_length ?? text?.minimum_length ?? 1
  return (numeric ? '1' : 'x').repeat(Math.max(1, length))
}

function problemOf(
  answer: string,
  bounds: { maximum_length: number | null; minimum_length: number | null },
  isNumeric: boolean,
): string | null {
  if (isNumeric && !/^\d+$/.test(answer)) return 'Enter digits only.'
  if (answer.length < (bounds.minimum_length ?? 0)) {
    return `Enter at least ${bounds.minimum_length} characters.`
  }
  if (answer.length > (bounds.maximum_length ?? 255)) {
    return `Enter at most ${bounds.maximum_length ?? 255} characters.`
  }
  return null
}
