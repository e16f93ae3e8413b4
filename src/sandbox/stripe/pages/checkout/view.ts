import { html } from 'hono/html'
import type { Html } from '../elements.ts'

/** What stands in the fields, and what is wrong with them. */
export interface CheckoutView {
  email: string
  name: string
  method: 'card' | 'bank_debit' | 'bank_debit_fails'
  card: string
  expiry: string
  cvc: string
  promotionCode: string
  errors: Partial<Record<CheckoutField, string>>
}

export type CheckoutField = 'email' | 'name' | 'card' | 'expiry' | 'cvc' | 'promotion_code'

/** Marks a field that has an error. */
export function invalid(error: string | undefined, field: CheckoutField): Html | string {
  return error === undefined ? '' : html`aria-invalid="true" aria-describedby="${field}-error"`
}

/** What is wrong with a field, beside it. */
export function problem(error: string | undefined, field: CheckoutField): Html | string {
  return error === undefined ? '' : html`<p class="problem" id="${field}-error" role="alert">${error}</p>`
}
