import type { Account } from '../../account.ts'
import { refused } from '../../errors.ts'
import { SECONDS_PER_DAY } from '../../life/calendar.ts'
import type { CheckoutDetails } from '../../life/checkout/details.ts'
import { anchorFromConfig } from '../../life/subscriptions/anchor.ts'
import { changedMetadata, metadata } from '../../metadata.ts'
import { absent, hash, integer, list as listOf, oneOf, required, text } from '../../params.ts'
import { anchorConfig, anchorConfigParam } from '../billing/anchor-config.ts'
import { billingModeParam } from '../billing/mode.ts'
import { invoiceSettings, pendingItemInterval, plainFields } from '../subscriptions/params.ts'

/** What a session says of the subscription that it makes. */
export const subscriptionData = hash({
  billing_cycle_anchor: integer(1),
  billing_cycle_anchor_config: anchorConfigParam,
  billing_mode: billingModeParam,
  default_tax_rates: listOf(text(), 20),
  description: text(500),
  invoice_settings: invoiceSettings,
  metadata: metadata(),
  pending_invoice_item_interval: pendingItemInterval,
  proration_behavior: oneOf('create_prorations', 'none'),
  trial_end: integer(1),
  trial_period_days: integer(1, 730),
  trial_settings: hash({
    end_behavior: required(
      hash({ missing_payment_method: required(oneOf('cancel', 'create_invoice', 'pause')) }),
    ),
  }),
  ...absent('application_fee_percent', 'on_behalf_of', 'transfer_data'),
})

type SubscriptionDataParams = ReturnType<typeof subscriptionData.parse>

/** @throws StripeError 400 for a trial or an anchor that is said twice, and for both of them. */
export function subscriptionDataOf(
  account: Account,
  given: SubscriptionDataParams,
): CheckoutDetails['subscription_data'] {
  for (const id of given.default_tax_rates ?? []) {
    account.need(account.state.taxRates, id, 'subscription_data[default_tax_rates]')
  }
  checkAnchors(given)
  const config = anchorConfig(given.billing_cycle_anchor_config)
  const { invoice_settings: settings, pending_invoice_item_interval: rhythm, trial_settings: trial } = given
  return {
    description: given.description ?? null,
    metadata: changedMetadata({}, given.metadata),
    trial_end: trialEnd(account, given),
    trial_days: given.trial_period_days ?? null,
    anchor: config ? anchorFromConfig(config, account.now) : (given.billing_cycle_anchor ?? null),
    prorates: given.proration_behavior !== 'none',
    default_tax_rates: given.default_tax_rates ?? [],
    fields: {
      ...plainFields(account, {
        ...(settings && { invoice_settings: settings }),
        ...(rhythm && { pending_invoice_item_interval: rhythm }),
        ...(trial && { trial_settings: trial }),
      }),
      billing_cycle_anchor_config: config,
    },
  }
}

// docs.stripe.com/changelog/dahlia/2026-06-24/checkout-sessions-billing-cycle-anchor-config
function checkAnchors(given: SubscriptionDataParams): void {
  const at = 'subscription_data[billing_cycle_anchor_config]'
  const { billing_cycle_anchor: anchor, billing_cycle_anchor_config: config } = given
  if (anchor !== undefined && config !== undefined) {
    throw refused('Give either `billing_cycle_anchor` or `billing_cycle_anchor_config`.', at)
  }
  const hasTrial = given.trial_end !== undefined || given.trial_period_days !== undefined
  if (hasTrial && (anchor !== undefined || config !== undefined)) {
    throw refused(
      'A billing cycle anchor does not go with a trial.',
      config ? at : 'subscription_data[billing_cycle_anchor]',
    )
  }
}

function trialEnd(account: Account, given: SubscriptionDataParams): number | null {
  if (given.trial_end !== undefined && given.trial_period_days !== undefined) {
    throw refused('Give either `trial_end` or `trial_period_days`.', 'subscription_data[trial_end]')
  }
  if (given.trial_period_days !== undefined) return account.now + given.trial_period_days * SECONDS_PER_DAY
  if (given.trial_end !== undefined && given.trial_end < account.now + 2 * SECONDS_PER_DAY) {
    throw refused('`trial_end` must be at least 2 days in the future.', 'subscription_data[trial_end]')
  }
  return given.trial_end ?? null
}
