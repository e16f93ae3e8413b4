import { z } from 'zod'
import type {
  DisputeFacts,
  FraudWarningFacts,
  RefundFacts,
} from '#src/features/billing/domain/facts/StripeFacts.ts'
import { reference, stripeId, Text } from './fields.ts'

/** A charge, or what a payment method without cards calls one. */
const ChargeReference = reference('(?:ch|py)')

/** What was paid: by a payment intent, or by a charge without one. */
const Paid = { charge: ChargeReference.nullish(), payment_intent: reference('pi').nullish() }

const Charge = z.object({ id: stripeId('(?:ch|py)'), payment_intent: reference('pi').nullish() })

/** The payment that a charge belongs to; null where the object has not the shape of a charge. */
export function paymentOfCharge(object: unknown): string | null {
  const parsed = Charge.safeParse(object)
  return parsed.success ? (parsed.data.payment_intent ?? parsed.data.id) : null
}

const Refund = z.object({
  id: stripeId('(?:re|pyr)'),
  ...Paid,
  amount: z.int().min(0),
  // Null only for refunds that Stripe cannot follow, of very old charges.
  status: Text.nullish(),
})

/** A refund in our words; null where it has not the shape of one. */
export function refundFacts(object: unknown): RefundFacts | null {
  const parsed = Refund.safeParse(object)
  if (!parsed.success) return null
  const { id, charge, payment_intent, amount, status } = parsed.data
  return { refundId: id, paymentId: payment_intent ?? charge ?? null, amount, status: status ?? 'succeeded' }
}

const Dispute = z.object({
  id: stripeId('(?:dp|du|pdp)'),
  charge: ChargeReference,
  payment_intent: reference('pi').nullish(),
  amount: z.int().min(0),
  status: Text,
})

/** A dispute in our words; null where it has not the shape of one. */
export function disputeFacts(object: unknown): DisputeFacts | null {
  const parsed = Dispute.safeParse(object)
  if (!parsed.success) return null
  const { id, charge, payment_intent, amount, status } = parsed.data
  return { disputeId: id, paymentId: payment_intent ?? charge, amount, status }
}

const FraudWarning = z.object({
  id: stripeId('issfr'),
  charge: ChargeReference,
  payment_intent: reference('pi').nullish(),
})

/** An early fraud warning in our words; null where it has not the shape of one. */
export function fraudWarningFacts(object: unknown): FraudWarningFacts | null {
  const parsed = FraudWarning.safeParse(object)
  if (!parsed.success) return null
  const { id, charge, payment_intent } = parsed.data
  return { warningId: id, paymentId: payment_intent ?? charge }
}
