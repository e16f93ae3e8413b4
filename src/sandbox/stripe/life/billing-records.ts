import type { Price, Subscription } from '../wire.ts'

// What the state keeps of billing and no object of the API shows.

/** One tier of a tiered price. Amounts are decimals of the minor unit; the last tier has no upper end. */
export interface Tier {
  up_to: number | null
  unit_amount: number | null
  unit_amount_decimal: string | null
  flat_amount: number | null
  flat_amount_decimal: string | null
}

/** What a price costs in a currency that is not its own. */
export interface CurrencyOption {
  custom_unit_amount: Price['custom_unit_amount']
  tax_behavior: 'exclusive' | 'inclusive' | 'unspecified'
  /** Of a tiered price. */
  tiers?: Tier[]
  unit_amount: number | null
  unit_amount_decimal: string | null
}

/** How an invoice item is taxed, which no object of the API shows. */
export interface ItemTax {
  tax_behavior: 'exclusive' | 'inclusive' | 'unspecified' | null
  tax_code: string | null
}

/** An amount that was billed for a span of a subscription item's time, net of discounts, without tax. */
export interface Debit {
  /** Seconds since 1970. */
  start: number
  end: number
  amount: number
  quantity: number
  /** What discounts had taken off. */
  discounts: { discount: string; amount: number }[]
  /** The invoice and the line that billed it, or null while it is an invoice item that no invoice has taken. */
  invoice: string | null
  line: string | null
}

/** A change that is made once an invoice is paid: an update, or the resumption of a paused subscription. */
export interface PendingChange {
  /** An update; or a resumption, which happens with the first attempt at payment, or with its success only. */
  kind: 'update' | 'resume_on_attempt' | 'resume_on_success'
  invoice: string
  patch: Partial<Subscription>
  debits: Record<string, Debit[]>
}

/** What becomes of a subscription whose invoice was not paid in the end. */
export type FinalFailure = 'cancel' | 'unpaid' | 'past_due' | 'pause'

/** What an account sets on Stripe's dashboard under Billing: no API of Stripe's has it. */
export interface BillingSettings {
  /**
   * Days from one failed attempt to the next. Smart Retries choose their moments by themselves; this is a custom retry
   * schedule, which has at most three (docs.stripe.com/billing/revenue-recovery/smart-retries#custom-retry-schedule).
   */
  retryDays: readonly number[]
  /** After the last attempt. */
  finalFailure: FinalFailure
  /** A renewal's first failure pauses the subscription at once (docs.stripe.com/…/pause-on-payment-failure). */
  pauseOnFirstFailure: boolean
  /** Days after the due date of a sent invoice at which `finalFailure` applies. */
  giveUpDaysAfterDue: number
  /** Days before a renewal at which `invoice.upcoming` is sent; null for never. */
  upcomingDays: number | null
  /** Days before a due date at which `invoice.will_be_due` is sent; null for never. */
  willBeDueDays: number | null
}
