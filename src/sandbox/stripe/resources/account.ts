import type { Account } from '../account.ts'
import { endpoint } from '../endpoint.ts'
import { noSuch } from '../errors.ts'
import { hash } from '../params.ts'

/** The id of the account: Stripe's CLI and SDK name it, nothing depends on it. */
export const ACCOUNT_ID = 'acct_1SandboxTollgate0'

/** `GET /v1/account`: enough of it for the CLI, which asks whose key it has. */
export const retrieveCurrent = endpoint(hash({}), (account) => accountObject(account))

/** `GET /v1/accounts/:id`: there is this one only. */
export const retrieve = endpoint(hash({}), (account, _, id) => {
  if (id !== ACCOUNT_ID) throw noSuch('account', id)
  return accountObject(account)
})

function accountObject(account: Account): object {
  return {
    id: ACCOUNT_ID,
    object: 'account',
    business_profile: {
      annual_revenue: null,
      estimated_worker_count: null,
      mcc: null,
      minority_owned_business_designation: null,
      name: 'Sandbox',
      product_description: null,
      specified_commercial_transactions_act_url: null,
      support_address: null,
      support_email: null,
      support_phone: null,
      support_url: null,
      url: account.url,
    },
    business_type: null,
    capabilities: { card_payments: 'active', transfers: 'active' },
    charges_enabled: true,
    controller: { type: 'account' },
    country: 'US',
    created: 1_577_836_800,
    default_currency: 'usd',
    details_submitted: true,
    email: 'sandbox@example.com',
    external_accounts: {
      object: 'list',
      data: [],
      has_more: false,
      url: `/v1/accounts/${ACCOUNT_ID}/external_accounts`,
    },
    metadata: {},
    payouts_enabled: true,
    settings: {
      branding: { icon: null, logo: null, primary_color: null, secondary_color: null },
      card_payments: {
        decline_on: { avs_failure: false, cvc_failure: false },
        statement_descriptor_prefix: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
      dashboard: { display_name: 'Sandbox', timezone: 'Etc/UTC' },
      payments: {
        statement_descriptor: 'SANDBOX',
        statement_descriptor_kana: null,
        statement_descriptor_kanji: null,
        statement_descriptor_prefix_kana: null,
        statement_descriptor_prefix_kanji: null,
      },
    },
    type: 'standard',
  }
}
