import { emptyable, hash, required, text } from './params.ts'

/** An address, every field of which can be unset (docs.stripe.com/api/customers/object#customer_object-address). */
export const addressParam = hash({
  city: emptyable(text()),
  country: emptyable(text()),
  line1: emptyable(text()),
  line2: emptyable(text()),
  postal_code: emptyable(text()),
  state: emptyable(text()),
})

export interface Address {
  city: string | null
  country: string | null
  line1: string | null
  line2: string | null
  postal_code: string | null
  state: string | null
}

export const NO_ADDRESS: Readonly<Address> = {
  city: null,
  country: null,
  line1: null,
  line2: null,
  postal_code: null,
  state: null,
}

/** Where a payment's goods go. */
export const shippingParam = hash({
  address: required(addressParam),
  carrier: text(),
  name: required(text()),
  phone: text(),
  tracking_number: text(),
})

export interface Shipping {
  address: Address
  carrier: string | null
  name: string
  phone: string | null
  tracking_number: string | null
}

/** The shipping of a payment as its object shows it. */
export function shippingOf(given: {
  address: Partial<Address>
  carrier?: string
  name: string
  phone?: string
  tracking_number?: string
}): Shipping {
  return {
    address: { ...NO_ADDRESS, ...given.address },
    carrier: given.carrier ?? null,
    name: given.name,
    phone: given.phone ?? null,
    tracking_number: given.tracking_number ?? null,
  }
}

/** Who pays (docs.stripe.com/api/payment_methods/object#payment_method_object-billing_details). */
export const billingDetailsParam = hash({
  address: emptyable(addressParam),
  email: emptyable(text(800)),
  name: emptyable(text()),
  phone: emptyable(text()),
  tax_id: text(),
})

export interface BillingDetails {
  address?: Partial<Address> | null
  email?: string | null
  name?: string | null
  phone?: string | null
  tax_id?: string
}
