import { metadataKeys } from '#src/features/billing/domain/facts/Metadata.ts'
import type { CheckoutSessionFacts, InvoiceFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type {
  SubscriptionFacts,
  SubscriptionItemFacts,
} from '#src/features/billing/domain/facts/SubscriptionFacts.ts'

/** The user that the facts are about. */
export const USER_ID = '11111111-1111-4111-8111-111111111111'

/** The environment that the facts were made in. */
export const ENVIRONMENT = 'local'

/** What Tollgate writes on each object that it makes. */
export const OUR_METADATA = {
  [metadataKeys.userId]: USER_ID,
  [metadataKeys.plan]: 'pro',
  [metadataKeys.environment]: ENVIRONMENT,
}

/** When the period of `itemFacts` ends, in whole seconds. */
export const PERIOD_END = 1_900_000_000

/** An item of the Pro plan, monthly. */
export function itemFacts(changes: Partial<SubscriptionItemFacts> = {}): SubscriptionItemFacts {
  return {
    itemId: 'si_1',
    lookupKey: 'tollgate_pro_monthly_v1',
    quantity: 1,
    currentPeriodEnd: PERIOD_END,
    ...changes,
  }
}

/** An active subscription to the Pro plan that renews. */
export function subscriptionFacts(changes: Partial<SubscriptionFacts> = {}): SubscriptionFacts {
  return {
    subscriptionId: 'sub_1',
    customerId: 'cus_1',
    status: 'active',
    metadata: OUR_METADATA,
    items: [itemFacts()],
    cancelAt: null,
    cancelAtPeriodEnd: false,
    endedAt: null,
    trialEnd: null,
    collectionPaused: false,
    testClockId: null,
    ...changes,
  }
}

/** A paid session for the 30-day pass. */
export function sessionFacts(changes: Partial<CheckoutSessionFacts> = {}): CheckoutSessionFacts {
  return {
    sessionId: 'cs_test_1',
    mode: 'payment',
    status: 'complete',
    paymentStatus: 'paid',
    customerId: 'cus_1',
    clientReferenceId: USER_ID,
    subscriptionId: null,
    paymentIntentId: 'pi_1',
    amountTotal: 2500,
    metadata: {
      ...OUR_METADATA,
      [metadataKeys.plan]: 'pass',
      [metadataKeys.lookupKey]: 'tollgate_pass_30_days_v1',
    },
    ...changes,
  }
}

/** A paid invoice of the subscription. */
export function invoiceFacts(changes: Partial<InvoiceFacts> = {}): InvoiceFacts {
  return {
    invoiceId: 'in_1',
    subscriptionId: 'sub_1',
    customerId: 'cus_1',
    status: 'paid',
    billingReason: 'subscription_cycle',
    number: 'TG-0001',
    amountDue: 1900,
    amountPaid: 1900,
    currency: 'eur',
    hostedInvoiceUrl: 'https://invoice.stripe.com/i/1',
    periodEnd: PERIOD_END,
    created: 1_800_000_000,
    paymentId: null,
    metadata: OUR_METADATA,
    ...changes,
  }
}
