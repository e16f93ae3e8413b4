import { html } from 'hono/html'
import type { Question } from '../../life/checkout/question.ts'
import { questionsOf } from '../../life/checkout/questions.ts'
import type { CheckoutSession } from '../../wire.ts'
import type { Html } from '../elements.ts'
import { invalid, problem } from '../fields.ts'
import type { CheckoutView } from './view.ts'

/** The fields of one part of what the session asks; nothing where it asks nothing there. */
export function questionFields(
  session: CheckoutSession,
  view: CheckoutView,
  part: Question['part'],
  heading: string | null = null,
): Html | string {
  const questions = questionsOf(session).filter((question) => question.part === part)
  if (questions.length === 0) return ''
  return html`
    ${heading === null ? '' : html`<h2 class="form-part">${heading}</h2>`}
    ${questions.map((question) => field(question, view))}
  `
}

/** A question as a field, with what was answered and what is wrong with it. */
export function field(question: Question, view: Pick<CheckoutView, 'answers' | 'errors'>): Html {
  const { name, label, kind, isRequired } = question
  const error = view.errors[name]
  const value = view.answers[name] ?? question.initial
  if (kind === 'checkbox') {
    return html`<label class="choice consent">
        <input type="checkbox" name="${name}" value="on" ${value === '' ? '' : html`checked`} ${invalid(error, name)} />
        <span>${label}</span>
      </label>
      ${problem(error, name)}`
  }
  return html`<div class="field">
    <label for="${name}">${label}${isRequired ? '' : html` <span class="muted">(optional)</span>`}</label>
    ${kind === 'select' ? select(question, value, error) : input(question, value, error)}
    ${problem(error, name)}
  </div>`
}

function input({ name, kind, autocomplete }: Question, value: string, error: string | undefined): Html {
  return html`<input id="${name}" name="${name}" type="${kind}" value="${value}"
    autocomplete="${autocomplete ?? 'off'}" ${invalid(error, name)} />`
}

function select(question: Question, value: string, error: string | undefined): Html {
  const { name, options = [], isRequired, autocomplete } = question
  const choices = isRequired && value !== '' ? options : [['', ''] as const, ...options]
  return html`<select id="${name}" name="${name}" autocomplete="${autocomplete ?? 'off'}" ${invalid(error, name)}>
    ${choices.map(
      ([each, label]) =>
        html`<option value="${each}" ${each === value ? html`selected` : ''}>${label}</option>`,
    )}
  </select>`
}
