import type { State } from '../../../state.ts'
import { hashAt, idOf, type Json, without } from '../../step.ts'
import { oldTaxes } from './lines.ts'
import { firstDiscount } from './subscriptions.ts'

/** An invoice named its subscription, its one payment and whether it is paid by itself. */
export function invoiceBeforeBasil(invoice: Json, state: State): Json {
  const details = hashAt(invoice.parent).subscription_details
  const taxes = oldTaxes(invoice.total_taxes)
  const payment = invoice.status === 'draft' ? NO_PAYMENT : paymentOf(state, invoice)
  const paid = invoice.status === 'paid'
  return {
    ...without(invoice, 'parent', 'total_taxes', 'payments', 'confirmation_secret'),
    application_fee_amount: null,
    charge: payment.charge,
    discount: firstDiscount(state, invoice.discounts),
    paid,
    paid_out_of_band: paid && Number(invoice.amount_due) > 0 && payment.charge === null,
    payment_intent: payment.intent,
    quote: null,
    subscription: idOf(hashAt(details).subscription),
    subscription_details: { metadata: hashAt(details).metadata ?? null },
    tax: taxes.length === 0 ? null : taxes.reduce((total, tax) => total + Number(tax.amount), 0),
    total_tax_amounts: taxes,
    transfer_data: null,
  }
}

/** A charge named the invoice that it pays. */
export function chargeBeforeBasil(charge: Json, state: State): Json {
  return { ...charge, invoice: state.invoicesByIntent.get(idOf(charge.payment_intent) ?? '') ?? null }
}

/** So did a payment intent. */
export function paymentIntentBeforeBasil(intent: Json, state: State): Json {
  return { ...intent, invoice: state.invoicesByIntent.get(String(intent.id)) ?? null }
}

interface OldPayment {
  intent: string | null
  charge: string | null
}

/** A draft has none: it came with the finalization. */
const NO_PAYMENT: OldPayment = { intent: null, charge: null }

function paymentOf(state: State, invoice: Json): OldPayment {
  const id = state.paymentsByInvoice.get(String(invoice.id)) ?? ''
  const payment = state.invoicePayments.get(id)?.payment
  const intent = idOf(payment?.payment_intent)
  const latest = invoice.attempted === true ? state.paymentIntents.get(intent ?? '')?.latest_charge : null
  return { intent, charge: idOf(payment?.charge) ?? idOf(latest) }
}
