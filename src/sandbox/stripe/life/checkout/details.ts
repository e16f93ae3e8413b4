import type { InvoiceLineItem, LineItem, PaymentIntent, PaymentMethod, Subscription } from '../../wire.ts'

/** What a checkout session knows and does not show. */
export interface CheckoutDetails {
  line_items: LineItem[]
  subscription_data: {
    metadata: Record<string, string>
    description: string | null
    /** As it would be if the customer paid at once. */
    trial_end: number | null
    /** Counted from the payment on; null where the trial ends at a fixed moment. */
    trial_days: number | null
    /** The moment that the periods go by, in seconds since 1970; null leaves it to the payment. */
    anchor: number | null
    /** Whether the time up to a later anchor is charged. */
    prorates: boolean
    /** Ids of the tax rates of lines without their own. */
    default_tax_rates: string[]
    fields: Partial<Subscription>
  }
  /** The taxes on each line by its id, and on the delivery under `shipping`. */
  taxes: Record<string, NonNullable<InvoiceLineItem['taxes']>>
  /** Fields of the payment intent or the setup intent that the session makes. */
  payment_intent_data: {
    metadata: Record<string, string>
    description: string | null
  } & Partial<PaymentIntent>
  /** What the customer filled in so far, by the names of the page's fields. */
  answers: Readonly<Record<string, string>>
  /** How the methods of this session may be offered again; null leaves it to the session's mode. */
  allow_redisplay: PaymentMethod['allow_redisplay'] | null
  /** What the customer may change about themselves. */
  customer_update: { address: boolean; name: boolean; shipping: boolean }
  /** As requests before 2025-03-31.basil have it: the subscription comes first, incomplete, then the payment. */
  subscribes_first: boolean
  /** The payment that was declined or waits to be confirmed; the next try uses it again. */
  payment_intent: string | null
  /** The setup of the card where nothing is due; the next try uses it again. */
  setup_intent: string | null
  /** The customer whose bank asks, on the hosted page: who they are, and with which method they pay. */
  confirming: { payment_method: string; name: string; email: string } | null
}
