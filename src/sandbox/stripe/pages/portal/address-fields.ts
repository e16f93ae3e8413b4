import { html } from 'hono/html'
import type { Address } from '../../address.ts'
import type { FormHash } from '../../form.ts'
import { addressQuestions, COUNTRIES } from '../../life/checkout/questions.ts'
import { field } from '../checkout/question-fields.ts'
import type { Html } from '../elements.ts'
import { formText, type Visit } from './visit.ts'

type Part = 'billing' | 'shipping'

/** The fields of one of the customer's addresses, with what is known. A country beyond the list stays one's own. */
export function addressFields(part: Part, known: Partial<Address> & { name?: string | null }): Html {
  const answers = Object.fromEntries(
    Object.entries(known).map(([name, value]) => [`${part}_${name}`, value ?? '']),
  )
  const countries = [...new Set([...COUNTRIES, ...(known.country ? [known.country] : [])])]
  return html`${addressQuestions(part, countries).map((question) =>
    field({ ...question, isRequired: false, initial: '' }, { answers, errors: {} }),
  )}`
}

/** What stands in those fields, by the API's names; null where all of them are empty. */
export async function addressIn(visit: Visit, part: Part): Promise<Record<string, string> | null> {
  const entries: [string, string][] = []
  for (const { name } of addressQuestions(part, COUNTRIES)) {
    entries.push([name.slice(part.length + 1), (await formText(visit, name)).trim()])
  }
  return entries.every(([, value]) => value === '') ? null : Object.fromEntries(entries)
}

/** A delivery as `shipping` of a customer takes it; the phone of the one before stays. */
export function shippingParams(
  { name = '', ...address }: Record<string, string>,
  phone: string | null,
): FormHash {
  return { name, address, ...(phone === null ? {} : { phone }) }
}
