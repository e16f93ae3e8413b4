import { html } from 'hono/html'
import { operate } from '../operation.ts'
import { act, formText, showPortal, type Visit } from './visit.ts'

/** What the portal can change of a customer here. */
const FIELDS = ['name', 'email', 'phone'] as const

/** The customer's own details, as far as the configuration lets them be changed. */
export function detailsPage(visit: Visit): Promise<Response> {
  const { customer, configuration, home } = visit
  const { allowed_updates: allowed } = configuration.features.customer_update
  const input = (
    name: (typeof FIELDS)[number],
    label: string,
    type: string,
    value: string,
    autocomplete: string,
  ) =>
    allowed.includes(name)
      ? html`<div class="field">
          <label for="${name}">${label}</label>
          <input id="${name}" name="${name}" type="${type}" value="${value}" autocomplete="${autocomplete}" maxlength="500" />
        </div>`
      : ''
  return showPortal(visit, {
    title: 'Billing details',
    body: html`<main class="portal" id="content">
      <a class="back" href="${home}/home"><span aria-hidden="true">←</span> Back</a>
      <h1>Billing details</h1>
      <form method="post" action="${home}/details" class="card">
        ${input('name', 'Name', 'text', customer.name ?? '', 'name')}
        ${input('email', 'E-mail', 'email', customer.email ?? '', 'email')}
        ${input('phone', 'Phone', 'tel', customer.phone ?? '', 'tel')}
        <div class="actions"><button class="button">Save</button></div>
      </form>
    </main>`,
  })
}

export async function saveDetails(visit: Visit): Promise<Response> {
  const { allowed_updates: allowed } = visit.configuration.features.customer_update
  const change: Record<string, string> = {}
  for (const name of FIELDS) {
    if (allowed.includes(name)) change[name] = (await formText(visit, name)).trim()
  }
  return act(visit, 'Your details are saved.', () =>
    operate(visit.core, 'POST', `/v1/customers/${visit.customer.id}`, change),
  )
}
