import type { Account } from '../account.ts'
import { newId, randomText } from '../ids.ts'
import type { Customer } from '../wire.ts'

/** A new customer, in the account, with its event. */
export function createCustomer(account: Account, given: Partial<Customer>): Customer {
  const customer: Customer = {
    id: newId.customer(),
    object: 'customer',
    address: null,
    balance: 0,
    created: account.now,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email: null,
    invoice_prefix: randomText(8).toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: null,
    ...given,
  }
  account.state.customers.add(customer)
  account.emit('customer.created', customer)
  return customer
}
