import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { createCustomer } from '../life/customers.ts'
import { endSubscription } from '../life/subscriptions/cancel.ts'
import { changedMetadata, metadata } from '../metadata.ts'
import { createdParam, inRange, page, pageParams } from '../pagination.ts'
import { absent, emptyable, hash, list as listOf, oneOf, text } from '../params.ts'
import type { Customer } from '../wire.ts'

const address = hash({
  city: emptyable(text()),
  country: emptyable(text()),
  line1: emptyable(text()),
  line2: emptyable(text()),
  postal_code: emptyable(text()),
  state: emptyable(text()),
})

const writable = {
  address: emptyable(address),
  description: emptyable(text()),
  email: emptyable(text(512)),
  invoice_settings: hash({ default_payment_method: emptyable(text()) }),
  metadata: metadata(),
  name: emptyable(text(256)),
  phone: emptyable(text(20)),
  preferred_locales: listOf(text()),
  tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
  ...absent(
    'balance',
    'business_name',
    'cash_balance',
    'individual_name',
    'invoice_prefix',
    'next_invoice_sequence',
    'shipping',
    'source',
    'tax',
    'validate',
  ),
} as const

const createParams = hash({ ...writable, test_clock: text(), ...absent('payment_method', 'tax_id_data') })
const updateParams = hash({ ...writable, ...absent('default_source') })

const NO_ADDRESS = { city: null, country: null, line1: null, line2: null, postal_code: null, state: null }

type Given = Parameters<typeof fieldsOf>[1]

/** `POST /v1/customers` */
export const create = endpoint(createParams, (account, params) => {
  if (params.test_clock !== undefined) account.need(account.state.testClocks, params.test_clock, 'test_clock')
  return createCustomer(account, {
    ...fieldsOf(null, params as Given),
    metadata: changedMetadata({}, params.metadata),
    test_clock: params.test_clock ?? null,
  })
})

/** `GET /v1/customers/:id`: a deleted customer is answered as such. */
export const retrieve = endpoint(hash({}), (account, _, id) =>
  account.state.deletedCustomers.has(id) ? deleted(id) : account.need(account.state.customers, id),
)

/** `POST /v1/customers/:id` */
export const update = endpoint(updateParams, (account, params, id) => {
  const customer = account.need(account.state.customers, id)
  const method = params.invoice_settings?.default_payment_method
  if (method) account.need(account.state.paymentMethods, method, 'invoice_settings[default_payment_method]')
  account.change(
    customer,
    { ...fieldsOf(customer, params as Given), metadata: changedMetadata(customer.metadata, params.metadata) },
    'customer.updated',
  )
  return customer
})

/** `DELETE /v1/customers/:id`: its subscriptions are canceled at once, and it stays retrievable as deleted. */
export const remove = endpoint(hash({}), (account, _, id) => {
  removeCustomer(account, account.need(account.state.customers, id))
  return deleted(id)
})

/** The customer is gone, with what it subscribes to. */
export function removeCustomer(account: Account, customer: Customer): void {
  const { id } = customer
  for (const subscription of account.state.subscriptions.values()) {
    if (subscription.customer === id && subscription.ended_at === null) {
      endSubscription(account, subscription, 'cancellation_requested')
    }
  }
  account.state.customers.delete(id)
  account.state.deletedCustomers.add(id)
  account.emit('customer.deleted', customer)
}

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
        (params.email === undefined || customer.email === params.email) &&
        inRange(customer.created, params.created),
    ),
)

function deleted(id: string): object {
  return { id, object: 'customer', deleted: true }
}

interface GivenFields {
  address?: Partial<typeof NO_ADDRESS> | null
  description?: string | null
  email?: string | null
  invoice_settings?: { default_payment_method?: string | null }
  name?: string | null
  phone?: string | null
  preferred_locales?: string[]
  tax_exempt?: 'exempt' | 'none' | 'reverse' | null
}

function fieldsOf(current: Customer | null, given: GivenFields): Partial<Customer> {
  const { address: newAddress, invoice_settings: settings, tax_exempt: exempt } = given
  const plain = Object.fromEntries(
    (['description', 'email', 'name', 'phone', 'preferred_locales'] as const)
      .filter((key) => given[key] !== undefined)
      .map((key) => [key, given[key]]),
  )
  if (given.email && !given.email.includes('@')) {
    throw refused(`Invalid email address: ${given.email}`, 'email', 'email_invalid')
  }
  return {
    ...plain,
    ...(newAddress === undefined ? {} : { address: newAddress && { ...NO_ADDRESS, ...newAddress } }),
    ...(exempt === undefined ? {} : { tax_exempt: exempt ?? 'none' }),
    ...(settings === undefined
      ? {}
      : {
          invoice_settings: {
            custom_fields: null,
            footer: null,
            rendering_options: null,
            ...current?.invoice_settings,
            default_payment_method: settings.default_payment_method ?? null,
          },
        }),
  }
}
