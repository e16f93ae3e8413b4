import { html } from 'hono/html'
import type { Answers } from '../../life/checkout/question.ts'
import type { Html } from '../elements.ts'

/** What stands in the fields, and what is wrong with them. */
export interface CheckoutView {
  email: string
  name: string
  /** A kind of method, or the id of one that the customer has. */
  method: string
  card: string
  expiry: string
  cvc: string
  promotionCode: string
  /** What else the page asks, by the names of its fields. */
  answers: Answers
  /** The total that the customer saw, in the minor unit; null where the page is new. */
  shownTotal: number | null
  /** Said above the form. */
  notice: string | null
  /** By the names of the fields. */
  errors: Readonly<Record<string, string>>
}

/** Marks a field that has an error. */
export function invalid(error: string | undefined, field: string): Html | string {
  return error === undefined ? '' : html`aria-invalid="true" aria-describedby="${field}-error"`
}

/** What is wrong with a field, beside it. */
export function problem(error: string | undefined, field: string): Html | string {
  return error === undefined ? '' : html`<p class="problem" id="${field}-error" role="alert">${error}</p>`
}
