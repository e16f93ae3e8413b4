import type { Account } from '../account.ts'
import type { BillingSettings } from './billing-records.ts'

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
