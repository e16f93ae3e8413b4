import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch, refused } from '../errors.ts'
import { writeBalanceLine } from '../life/customer-balance.ts'
import { dropCustomerDiscount, setCustomerDiscount } from '../life/customer-discount.ts'
import { createCustomer } from '../life/customers.ts'
import { promotionReduction, type Reduction, validCoupon } from '../life/discounts.ts'
import { tokenCard } from '../life/money/new-method.ts'
import { attach, checkAttachable, methodFor, spend } from '../life/payment-methods.ts'
import { createSource } from '../life/sources.ts'
import { endSubscription } from '../life/subscriptions/cancel.ts'
import { createTaxId } from '../life/tax-ids.ts'
import { changedMetadata } from '../metadata.ts'
import { createdParam, fits, inRange, page, pageParams } from '../pagination.ts'
import { hash, list as listOf, text } from '../params.ts'
import type { Customer } from '../wire.ts'
import { setReconciliation } from './cash-balance.ts'
import { type CustomerParams, fieldsOf, writable } from './customer-fields.ts'
import { taxIdShape } from './tax-ids.ts'

/** `POST /v1/customers` */
export const create = endpoint(
  hash({
    ...writable,
    payment_method: text(),
    tax_id_data: listOf(hash(taxIdShape), 5),
    test_clock: text(),
  }),
  (account, params) => {
    if (params.test_clock !== undefined) {
      account.need(account.state.testClocks, params.test_clock, 'test_clock')
    }
    const fields = fieldsOf(account, null, params)
    const method = params.payment_method ? methodFor(account, params.payment_method, 'payment_method') : null
    const preferred = params.invoice_settings?.default_payment_method
    if (preferred && preferred !== params.payment_method && preferred !== method?.id) {
      throw refused(
        'A new customer can only prefer the payment method that it is made with.',
        'invoice_settings[default_payment_method]',
      )
    }
    if (preferred && fields.invoice_settings && method) {
      fields.invoice_settings = { ...fields.invoice_settings, default_payment_method: method.id }
    }
    const card = params.source ? tokenCard(params.source) : null
    if (method) checkAttachable(account, method, null)
    const reduction = wantedReduction(account, params, null)
    const customer = createCustomer(account, {
      ...fields,
      metadata: changedMetadata({}, params.metadata),
      test_clock: params.test_clock ?? null,
    })
    setBalances(account, customer, params, 0)
    if (method) attach(account, method, customer.id)
    if (card) createSource(account, customer, card)
    for (const each of params.tax_id_data ?? []) createTaxId(account, customer.id, each)
    if (reduction) setCustomerDiscount(account, customer, reduction)
    return customer
  },
)

/** `GET /v1/customers/:id`: a deleted customer is answered as such. */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.state.deletedCustomers.has(id) ? deleted(id) : account.need(account.state.customers, id),
)

/** `POST /v1/customers/:id` */
export const update = endpoint(hash({ ...writable, default_source: text() }), (account, params, id) => {
  const customer = account.need(account.state.customers, id)
  const { balance } = customer
  const preferred = params.invoice_settings?.default_payment_method
  if (preferred) {
    const param = 'invoice_settings[default_payment_method]'
    const method = account.need(account.state.paymentMethods, preferred, param)
    if (method.customer !== id) {
      throw refused(`The payment method ${preferred} is not attached to this customer.`, param)
    }
  }
  const source = params.default_source
  if (source !== undefined && account.state.cards.get(source)?.customer !== id) {
    throw noSuch('source', source, 'default_source')
  }
  const card = params.source ? tokenCard(params.source) : null
  const reduction = wantedReduction(account, params, id)
  account.change(
    customer,
    {
      ...fieldsOf(account, customer, params),
      ...(source !== undefined && { default_source: source }),
      metadata: changedMetadata(customer.metadata, params.metadata),
    },
    'customer.updated',
  )
  setBalances(account, customer, params, balance)
  if (card) createSource(account, customer, card)
  if (reduction) setCustomerDiscount(account, customer, reduction)
  else if (params.coupon === null) dropCustomerDiscount(account, customer)
  return customer
})

/** How the cash of the customer is reconciled; and where their balance was `before`, the line that leads from there. */
function setBalances(account: Account, customer: Customer, params: CustomerParams, before: number): void {
  setReconciliation(account, customer.id, params.cash_balance)
  const amount = customer.balance - before
  if (amount !== 0) writeBalanceLine(account, customer, { amount, type: 'adjustment' })
}

/** `DELETE /v1/customers/:id`: its subscriptions are canceled at once, and it stays retrievable as deleted. */
export const remove = endpoint(hash({}), (account, _, id) => {
  removeCustomer(account, account.need(account.state.customers, id))
  return deleted(id)
})

/** The customer is gone, with what it subscribes to; its payment methods cannot be used any more. */
export function removeCustomer(account: Account, customer: Customer): void {
  const { id } = customer
  for (const subscription of account.state.subscriptions.values()) {
    if (subscription.customer === id && subscription.ended_at === null) {
      endSubscription(account, subscription, 'cancellation_requested')
    }
  }
  for (const method of account.state.paymentMethods.values()) {
    if (method.customer === id) spend(account, method)
  }
  account.state.customers.delete(id)
  account.state.deletedCustomers.add(id)
  account.emit('customer.deleted', customer)
}

/** `DELETE /v1/customers/:id/discount` */
export const removeDiscount = endpoint(hash({}), (account, _, id) => {
  const discount = dropCustomerDiscount(account, account.need(account.state.customers, id))
  if (discount === null) throw noSuch('discount', id)
  return { ...discount, deleted: true }
})

/** `GET /v1/customers`: those on a test clock only where the clock is named. */
export const list = endpoint(
  hash({ ...pageParams, created: createdParam, email: text(512), test_clock: text() }),
  (account, params) =>
    page(
      account,
      account.state.customers,
      params,
      '/v1/customers',
      (customer) =>
        customer.test_clock === (params.test_clock ?? null) &&
        fits(customer, params, 'email') &&
        inRange(customer.created, params.created),
    ),
)

function deleted(id: string): object {
  return { id, object: 'customer', deleted: true }
}

/** The discount that a request of an older version puts on the customer, or null. */
function wantedReduction(
  account: Account,
  { coupon, promotion_code: code }: CustomerParams,
  customer: string | null,
): Reduction | null {
  if (coupon) return { coupon: validCoupon(account, coupon, 'coupon'), promotionCode: null }
  return code === undefined ? null : promotionReduction(account, { id: code }, customer, 'promotion_code')
}
