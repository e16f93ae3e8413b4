import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import type { Customer } from '../../wire.ts'
import { checkAccountTaxIds } from '../tax-ids.ts'
import type { CheckoutSessionRequest } from './object.ts'

/**
 * What does not go together in one session (docs.stripe.com/api/checkout/sessions/create).
 * @throws StripeError 400
 */
export function checkTogether(
  account: Account,
  request: CheckoutSessionRequest,
  customer: Customer | null,
): void {
  const { shown, ui_mode: uiMode, mode } = request
  const unfit = [
    ['custom_fields', uiMode === 'elements' && shown.custom_fields !== undefined],
    ['origin_context', uiMode === 'elements' && shown.origin_context !== undefined],
    ['optional_items', (uiMode === 'elements' || uiMode === 'form') && request.optional_items.length > 0],
    ['permissions', uiMode !== 'elements' && shown.permissions !== undefined],
  ] as const
  refuse(unfit, `in \`ui_mode: ${uiMode}\``)
  const misplaced = [
    ['shipping_options', mode !== 'payment' && request.shipping_options.length > 0],
    ['invoice_creation', mode !== 'payment' && shown.invoice_creation !== undefined],
    [
      'submit_type',
      mode !== 'payment' && !['auto', 'subscribe', undefined].includes(shown.submit_type ?? undefined),
    ],
    ['automatic_tax', mode === 'setup' && shown.automatic_tax?.enabled === true],
    ['optional_items', mode === 'setup' && request.optional_items.length > 0],
    ['saved_payment_method_options', mode === 'setup' && shown.saved_payment_method_options !== undefined],
  ] as const
  refuse(misplaced, `in \`${mode}\` mode`)
  if (customer) checkCustomer(request, customer)
  checkAccountTaxIds(
    account,
    request.shown.invoice_creation?.invoice_data.account_tax_ids?.map(String),
    'invoice_creation[invoice_data][account_tax_ids]',
  )
}

/** What is asked of a customer who is there already must be allowed to become theirs. */
function checkCustomer({ customer_update: update, shown }: CheckoutSessionRequest, customer: Customer): void {
  const hasAddress = customer.address?.country || customer.shipping?.address?.country
  if (shown.automatic_tax?.enabled && !hasAddress && !update.address && !update.shipping) {
    throw refused(
      'Automatic tax needs an address of the Customer. Give them one, or set `customer_update[address]` or ' +
        '`customer_update[shipping]` to `auto`, so that the one of the page becomes theirs.',
      'customer',
      'customer_tax_location_invalid',
    )
  }
  if (shown.tax_id_collection?.enabled && !update.name) {
    throw refused(
      'Tax IDs of a Customer who exists are collected with `customer_update[name]` set to `auto`.',
      'tax_id_collection',
    )
  }
  if (update.shipping && !shown.shipping_address_collection) {
    throw refused(
      '`customer_update[shipping]` needs `shipping_address_collection`.',
      'customer_update[shipping]',
    )
  }
}

function refuse(unfit: readonly (readonly [string, boolean])[], where: string): void {
  const param = unfit.find(([, isGiven]) => isGiven)?.[0]
  if (param) throw refused(`You can not pass \`${param}\` ${where}.`, param)
}
