import { html } from 'hono/html'
import { TAX_ID_CHOICES } from '../../life/checkout/questions.ts'
import type { TaxId } from '../../wire.ts'
import { badge, type Html } from '../elements.ts'
import { operate } from '../operation.ts'
import { act, formText, portalNotFound, type Visit } from './visit.ts'

/** The customer's tax ids, and one more. */
export function taxIdSection({ core, customer, home }: Visit): Html {
  const own = core.account.state.taxIds.newestFirst().filter((each) => each.customer === customer.id)
  return html`<section class="card" aria-labelledby="tax-ids">
    <h2 id="tax-ids">Tax IDs</h2>
    ${own.length === 0 ? '' : html`<ul class="lines">${own.map((each) => taxIdRow(home, each))}</ul>`}
    <form method="post" action="${home}/tax-ids" class="stack">
      <div class="field">
        <label for="tax_id_type">Kind of tax ID</label>
        <select id="tax_id_type" name="tax_id_type">
          ${TAX_ID_CHOICES.map(
            ([type, label]) =>
              html`<option value="${type}" ${type === 'eu_vat' ? html`selected` : ''}>${label}</option>`,
          )}
        </select>
      </div>
      <div class="field">
        <label for="tax_id">Tax ID</label>
        <input id="tax_id" name="tax_id" required maxlength="50" autocomplete="off" />
      </div>
      <div class="actions"><button class="button quiet">Add the tax ID</button></div>
    </form>
  </section>`
}

function taxIdRow(home: string, { id, type, value, verification }: TaxId): Html {
  return html`<li>
    <span>${value} <span class="muted">${type.replaceAll('_', ' ').toUpperCase()}</span></span>
    ${verification ? badge(verification.status) : ''}
    <form method="post" action="${home}/tax-ids/${id}/remove">
      <button class="link" aria-label="Remove: ${value}">Remove</button>
    </form>
  </li>`
}

export async function addTaxId(visit: Visit): Promise<Response> {
  if (!canChange(visit)) return portalNotFound(visit.core, visit.context)
  const given = {
    type: await formText(visit, 'tax_id_type'),
    value: (await formText(visit, 'tax_id')).trim(),
  }
  return act(visit, 'The tax ID is saved.', () =>
    operate(visit.core, 'POST', `/v1/customers/${visit.customer.id}/tax_ids`, given),
  )
}

/** Removes one of the customer's own: another's is not found. */
export async function removeTaxId(visit: Visit): Promise<Response> {
  const taxId = visit.core.account.state.taxIds.get(visit.context.req.param('taxId') ?? '')
  if (!canChange(visit) || taxId?.customer !== visit.customer.id) {
    return portalNotFound(visit.core, visit.context)
  }
  return act(visit, 'The tax ID is removed.', () =>
    operate(visit.core, 'DELETE', `/v1/customers/${visit.customer.id}/tax_ids/${taxId.id}`),
  )
}

function canChange({ configuration }: Visit): boolean {
  return configuration.features.customer_update.allowed_updates.includes('tax_id')
}
