import { html } from 'hono/html'
import type { FormHash } from '../../form.ts'
import type { Html } from '../elements.ts'
import { operate } from '../operation.ts'
import { addressFields, addressIn, shippingParams } from './address-fields.ts'
import { taxIdSection } from './tax-ids.ts'
import { act, formText, showPortal, type Visit } from './visit.ts'

/** What the portal can change of a customer in a field of its own. */
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
      ${
        allowed.some((each) => each !== 'tax_id')
          ? html`<form method="post" action="${home}/details" class="card">
        ${input('name', 'Name', 'text', customer.name ?? '', 'name')}
        ${input('email', 'E-mail', 'email', customer.email ?? '', 'email')}
        ${input('phone', 'Phone', 'tel', customer.phone ?? '', 'tel')}
        ${allowed.includes('address') ? group('Billing address', addressFields('billing', customer.address ?? {})) : ''}
        ${allowed.includes('shipping') ? group('Delivery', addressFields('shipping', { ...customer.shipping?.address, name: customer.shipping?.name ?? null })) : ''}
        <div class="actions"><button class="button">Save</button></div>
      </form>`
          : ''
      }
      ${allowed.includes('tax_id') ? taxIdSection(visit) : ''}
    </main>`,
  })
}

function group(heading: string, fields: Html): Html {
  return html`<fieldset class="stack"><legend><h2>${heading}</h2></legend>${fields}</fieldset>`
}

/** Saves what the configuration lets be changed; an address whose fields are all empty is unset. */
export async function saveDetails(visit: Visit): Promise<Response> {
  const { allowed_updates: allowed } = visit.configuration.features.customer_update
  const change: FormHash = {}
  for (const name of FIELDS) {
    if (allowed.includes(name)) change[name] = (await formText(visit, name)).trim()
  }
  if (allowed.includes('address')) change.address = (await addressIn(visit, 'billing')) ?? ''
  if (allowed.includes('shipping')) {
    const shipping = await addressIn(visit, 'shipping')
    change.shipping = shipping ? shippingParams(shipping, visit.customer.shipping?.phone ?? null) : ''
  }
  return act(visit, 'Your details are saved.', () =>
    operate(visit.core, 'POST', `/v1/customers/${visit.customer.id}`, change),
  )
}
