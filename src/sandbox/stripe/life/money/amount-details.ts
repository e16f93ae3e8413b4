import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { AmountDetailsLine, PaymentIntent } from '../../wire.ts'
import { sum } from '../line-items.ts'

export interface AmountDetailsLineRequest {
  product_name: string
  quantity: number
  /** In the minor unit. */
  unit_cost: number
  discount_amount?: number
  payment_method_options?: object
  product_code?: string
  tax?: { total_tax_amount: number }
  unit_of_measure?: string
}

/** What an amount is made of, as a request tells it; null takes a part away. */
export interface AmountDetailsRequest {
  discount_amount?: number | null
  enforce_arithmetic_validation?: boolean
  line_items?: AmountDetailsLineRequest[] | null
  shipping?: {
    amount?: number | null
    from_postal_code?: string | null
    to_postal_code?: string | null
  } | null
  tax?: { total_tax_amount: number } | null
}

/**
 * What the amount of a payment is made of, kept beside it (docs.stripe.com/payments/payment-line-items). What does not
 * add up is refused, or where the request turns that off only noted under `error`.
 * @throws StripeError 400
 */
export function setAmountDetails(
  account: Account,
  intent: PaymentIntent,
  given: AmountDetailsRequest | null | undefined,
): void {
  if (given === undefined) return
  if (given === null) {
    account.state.amountDetailsLines.delete(intent.id)
    account.change(intent, { amount_details: { tip: {} } })
    return
  }
  const lines =
    given.line_items === undefined ? linesOf(account, intent) : (given.line_items ?? []).map(lineOf)
  const before = intent.amount_details
  const { discount_amount: discount, shipping, tax } = given
  const kept = {
    discount_amount: discount === undefined ? before?.discount_amount : (discount ?? undefined),
    shipping:
      shipping === undefined
        ? before?.shipping
        : shipping === null
          ? undefined
          : { amount: null, from_postal_code: null, to_postal_code: null, ...shipping },
    tax: tax === undefined ? before?.tax : (tax ?? undefined),
  }
  const error = errorOf(intent, kept, lines)
  if (error && given.enforce_arithmetic_validation !== false) {
    throw refused(error.message, 'amount_details', error.code)
  }
  account.state.amountDetailsLines.set(intent.id, lines)
  account.change(intent, {
    amount_details: {
      tip: {},
      ...(kept.discount_amount !== undefined && { discount_amount: kept.discount_amount }),
      ...(kept.shipping && { shipping: kept.shipping }),
      ...(kept.tax && { tax: kept.tax }),
      ...(error && { error }),
    },
  })
}

/** The lines that a payment is made of. */
export function linesOf(account: Account, intent: PaymentIntent): AmountDetailsLine[] {
  return account.state.amountDetailsLines.get(intent.id) ?? []
}

function lineOf(given: AmountDetailsLineRequest): AmountDetailsLine {
  return {
    id: newId.amountDetailsLine(),
    object: 'payment_intent_amount_details_line_item',
    discount_amount: given.discount_amount ?? null,
    payment_method_options: given.payment_method_options ?? null,
    product_code: given.product_code ?? null,
    product_name: given.product_name,
    quantity: given.quantity,
    tax: given.tax ?? null,
    unit_cost: given.unit_cost,
    unit_of_measure: given.unit_of_measure ?? null,
  }
}

type Kept = Pick<NonNullable<PaymentIntent['amount_details']>, 'shipping' | 'tax'> & {
  discount_amount: number | undefined
}

function errorOf(intent: PaymentIntent, kept: Partial<Kept>, lines: readonly AmountDetailsLine[]) {
  const tax = kept.tax?.total_tax_amount ?? sum(lines.map((line) => line.tax?.total_tax_amount ?? 0))
  const discount = kept.discount_amount ?? sum(lines.map((line) => line.discount_amount ?? 0))
  const shipping = kept.shipping?.amount ?? 0
  if (tax + shipping - discount > intent.amount) {
    return {
      code: 'amount_details_tax_shipping_discount_greater_than_amount' as const,
      message: 'Tax, shipping and discount are more than the amount.',
    }
  }
  if (lines.length === 0) return null
  const total = sum(lines.map((line) => line.unit_cost * line.quantity)) + tax + shipping - discount
  if (total === intent.amount) return null
  return {
    code: 'amount_details_amount_mismatch' as const,
    message: `The details come to ${total}, the amount is ${intent.amount}.`,
  }
}
