import type { Account } from '../account.ts'

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

export const DEFAULT_BILLING_SETTINGS: BillingSettings = {
  retryDays: [3, 5, 7],
  finalFailure: 'cancel',
  pauseOnFirstFailure: false,
  giveUpDaysAfterDue: 30,
  upcomingDays: 7,
  willBeDueDays: null,
}

export function billingSettings(account: Account): BillingSettings {
  return account.state.billingSettings.get('settings') ?? DEFAULT_BILLING_SETTINGS
}

export function changeBillingSettings(account: Account, patch: Partial<BillingSettings>): BillingSettings {
  const settings = { ...billingSettings(account), ...patch }
  account.state.billingSettings.set('settings', settings)
  return settings
}
