import type { Account } from '../account.ts'
import type { Customer, Discount } from '../wire.ts'
import { type Reduction, redeem } from './discounts.ts'

/**
 * Puts a discount on all that the customer pays for, in place of one that is there. What a customer object shows is
 * the discount itself, not its id.
 */
export function setCustomerDiscount(account: Account, customer: Customer, reduction: Reduction): Discount {
  const before = customer.discount
  const on = { customer: customer.id, subscription: null, checkoutSession: null }
  const discount = redeem(account, reduction, on)
  account.change(customer, { discount: structuredClone(discount) })
  if (before) account.emit('customer.discount.updated', discount, { ...before })
  else account.emit('customer.discount.created', discount)
  return discount
}

/** Takes the customer's discount off again. */
export function dropCustomerDiscount(account: Account, customer: Customer): Discount | null {
  const { discount } = customer
  if (!discount) return null
  account.change(customer, { discount: null })
  account.state.discounts.delete(discount.id)
  account.emit('customer.discount.deleted', discount)
  return discount
}
