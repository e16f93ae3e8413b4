import { z } from 'zod'
import type { InvoiceFacts, InvoicePaymentFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import { Metadata, reference, Seconds, stripeId, Text } from './fields.ts'

const SubscriptionDetails = z.object({ subscription: reference('sub').nullish(), metadata: Metadata })

const Invoice = z.object({
  id: stripeId('in'),
  customer: reference('cus').nullish(),
  status: Text,
  billing_reason: Text.nullish(),
  number: Text.nullish(),
  amount_due: z.int(),
  amount_paid: z.int(),
  currency: Text,
  hosted_invoice_url: Text.nullish(),
  created: Seconds,
  lines: z.object({ data: z.array(z.object({ period: z.object({ end: Seconds }) })) }).nullish(),
  // Since 2025-03-31.basil the subscription is named by the parent; before that by the invoice.
  parent: z.object({ subscription_details: SubscriptionDetails.nullish() }).nullish(),
  subscription: reference('sub').nullish(),
  subscription_details: z.object({ metadata: Metadata }).nullish(),
  // Before 2025-03-31.basil an invoice names its payment; since then an invoice payment does.
  payment_intent: reference('pi').nullish(),
  charge: reference('(?:ch|py)').nullish(),
})

/** An invoice of any API version that we know, in our words; null where it has none of their shapes. */
export function invoiceFacts(object: unknown): InvoiceFacts | null {
  const parsed = Invoice.safeParse(object)
  if (!parsed.success) return null
  const invoice = parsed.data
  const parent = invoice.parent?.subscription_details
  const periodEnds = invoice.lines?.data.map((line) => line.period.end) ?? []
  return {
    invoiceId: invoice.id,
    subscriptionId: parent?.subscription ?? invoice.subscription ?? null,
    customerId: invoice.customer ?? null,
    status: invoice.status,
    billingReason: invoice.billing_reason ?? null,
    number: invoice.number ?? null,
    amountDue: invoice.amount_due,
    amountPaid: invoice.amount_paid,
    currency: invoice.currency,
    hostedInvoiceUrl: invoice.hosted_invoice_url ?? null,
    periodEnd: periodEnds.length === 0 ? null : Math.max(...periodEnds),
    created: invoice.created,
    paymentId: invoice.payment_intent ?? invoice.charge ?? null,
    metadata: parent?.metadata ?? invoice.subscription_details?.metadata ?? {},
  }
}

const InvoicePayment = z.object({
  id: stripeId('inpay'),
  invoice: reference('in'),
  created: Seconds,
  amount_paid: z.int().nullish(),
  status_transitions: z.object({ paid_at: Seconds.nullish() }).nullish(),
  payment: z.discriminatedUnion('type', [
    z.object({ type: z.literal('payment_intent'), payment_intent: reference('pi') }),
    z.object({ type: z.literal('charge'), charge: reference('(?:ch|py)') }),
    z.object({ type: z.literal('payment_record'), payment_record: reference('prec') }),
  ]),
})

/** An invoice payment in our words; null where it has not the shape of one. */
export function invoicePaymentFacts(object: unknown): InvoicePaymentFacts | null {
  const parsed = InvoicePayment.safeParse(object)
  if (!parsed.success) return null
  const { id, invoice, created, amount_paid, status_transitions, payment } = parsed.data
  return {
    invoicePaymentId: id,
    invoiceId: invoice,
    paymentKind: payment.type,
    paymentId: paymentIdOf(payment),
    amountPaid: amount_paid ?? null,
    paidAt: status_transitions?.paid_at ?? created,
  }
}

function paymentIdOf(payment: z.infer<typeof InvoicePayment>['payment']): string {
  switch (payment.type) {
    case 'payment_intent':
      return payment.payment_intent
    case 'charge':
      return payment.charge
    case 'payment_record':
      return payment.payment_record
  }
}
