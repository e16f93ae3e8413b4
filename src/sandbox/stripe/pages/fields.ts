import { html } from 'hono/html'
import type { Html } from './elements.ts'

/** Marks a field that has an error. */
export function invalid(error: string | undefined, field: string): Html | string {
  return error === undefined ? '' : html`aria-invalid="true" aria-describedby="${field}-error"`
}

/** What is wrong with a field, beside it. */
export function problem(error: string | undefined, field: string): Html | string {
  return error === undefined ? '' : html`<p class="problem" id="${field}-error" role="alert">${error}</p>`
}
