import { z } from 'zod'
import type { CheckoutSessionFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import { Metadata, reference, stripeId, Text } from './fields.ts'

const Session = z.object({
  id: stripeId('cs'),
  mode: Text,
  status: Text.nullish(),
  payment_status: Text,
  customer: reference('cus').nullish(),
  client_reference_id: Text.nullish(),
  subscription: reference('sub').nullish(),
  payment_intent: reference('pi').nullish(),
  amount_total: z.int().nullish(),
  metadata: Metadata,
})

/** A Checkout session in our words; null where it has not the shape of one. */
export function checkoutSessionFacts(object: unknown): CheckoutSessionFacts | null {
  const parsed = Session.safeParse(object)
  if (!parsed.success) return null
  const session = parsed.data
  return {
    sessionId: session.id,
    mode: session.mode,
    status: session.status ?? null,
    paymentStatus: session.payment_status,
    customerId: session.customer ?? null,
    clientReferenceId: session.client_reference_id ?? null,
    subscriptionId: session.subscription ?? null,
    paymentIntentId: session.payment_intent ?? null,
    amountTotal: session.amount_total ?? null,
    metadata: session.metadata,
  }
}
