/** How a field can be asked for: exactly, in part, or by its size. */
export type FieldType = 'numeric' | 'string' | 'token'

export interface Field {
  type: FieldType
  /** Where the value stands in the object, where its name is another. */
  path?: string
}

export type Searchable =
  | 'charges'
  | 'customers'
  | 'invoices'
  | 'payment_intents'
  | 'prices'
  | 'products'
  | 'subscriptions'

const numeric: Field = { type: 'numeric' }
const string: Field = { type: 'string' }
const token: Field = { type: 'token' }

/** What can be searched for in each resource, beside `metadata`: docs.stripe.com/search#supported-query-fields-for-each-resource. */
const FIELDS: Record<Searchable, Readonly<Record<string, Field>>> = {
  charges: {
    amount: numeric,
    'billing_details.address.postal_code': token,
    created: numeric,
    currency: token,
    customer: token,
    disputed: token,
    refunded: token,
    status: token,
  },
  customers: { created: numeric, email: string, name: string, phone: string },
  invoices: {
    created: numeric,
    currency: token,
    customer: token,
    last_finalization_error_code: { type: 'token', path: 'last_finalization_error.code' },
    last_finalization_error_type: { type: 'token', path: 'last_finalization_error.type' },
    number: string,
    receipt_number: string,
    status: string,
    subscription: { type: 'token', path: 'parent.subscription_details.subscription' },
    total: numeric,
  },
  payment_intents: { amount: numeric, created: numeric, currency: token, customer: token, status: token },
  prices: { active: token, currency: token, lookup_key: string, product: string, type: token },
  products: { active: token, description: string, name: string, shippable: token, url: string },
  subscriptions: { canceled_at: numeric, created: numeric, status: string },
}

const CHARGED_WITH = /^payment_method_details\.[a-z_]+\.(brand|exp_month|exp_year|fingerprint|last4)$/

/** The field of this name, or null where the resource cannot be searched by it. */
export function fieldOf(resource: Searchable, name: string): Field | null {
  if (name === 'metadata' || (resource === 'charges' && CHARGED_WITH.test(name))) return token
  const fields = FIELDS[resource]
  return Object.hasOwn(fields, name) ? (fields[name] ?? null) : null
}
