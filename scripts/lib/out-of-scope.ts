import type { SdkMethod } from './sdk-methods.ts'

/** A product of Stripe's that the sandbox leaves out on purpose. */
export interface OutOfScope {
  what: string
  why: string
  /** Resources as the SDK names them; a trailing `*` stands for any ending. */
  resources?: readonly string[]
  /** Resources of which these methods alone are wanted. */
  allBut?: Readonly<Record<string, readonly string[]>>
  /** Parameters, by their name wherever they stand, or by the end of the way to them: `owner.account`. */
  parameters?: readonly string[]
  /** Hashes, of whose parameters these alone are wanted. */
  allWithinBut?: Readonly<Record<string, readonly string[]>>
}

/** What checkout, billing and entitlements of one account do not need, each declared once with its reason. */
export const OUT_OF_SCOPE: readonly OutOfScope[] = [
  {
    what: 'Connect',
    why: 'One account sells; platforms and the accounts connected to them are another product.',
    resources: ['AccountLinks', 'AccountSessions', 'ApplicationFees', 'CountrySpecs', 'Transfers'],
    allBut: { Accounts: ['retrieve', 'retrieveCurrent'] },
    parameters: [
      'account',
      'application_fee',
      'application_fee_amount',
      'application_fee_percent',
      'attach_to_self',
      'connect',
      'destination',
      'issuer',
      'on_behalf_of',
      'refund_application_fee',
      'reverse_transfer',
      'transfer_data',
      'transfer_group',
    ],
  },
  {
    what: 'Accounts as customers',
    why: 'They belong to the `/v2` API, which is not emulated; a customer here is a `cus_`.',
    parameters: ['customer_account'],
  },
  {
    what: 'Payouts',
    why: 'Money on its way to a bank changes nothing that a customer has.',
    resources: ['BalanceSettings', 'Payouts', 'Topups'],
    parameters: ['payout'],
  },
  {
    what: 'Payment links, quotes',
    why: 'Other beginnings of a sale than Checkout and the API.',
    resources: ['PaymentLinks', 'Quotes'],
    parameters: ['payment_link'],
  },
  {
    what: 'Usage-based billing',
    why: 'Plans are sold by the period and the seat; meters, credits and alerts count what was used.',
    resources: ['Billing.*'],
    parameters: ['billing_thresholds', 'meter'],
  },
  {
    what: 'Prebilling',
    why: 'A period is billed when it begins; who pays for several at once has a price with a longer interval.',
    parameters: ['billing_schedules'],
  },
  {
    what: 'Trial offers',
    why: 'A trial is one of the subscription here, or a price of its own.',
    resources: ['ProductCatalog.*'],
    parameters: ['current_trial'],
  },
  {
    what: 'Credit notes',
    why: 'What was paid is corrected by refunds, what is open by voiding and the balance of the customer.',
    resources: ['CreditNotes'],
  },
  {
    what: 'Options of payment methods',
    why: 'Those of what can be paid with are covered: not of other methods, of invoices, of bank transfers in Checkout.',
    parameters: ['payment_method_options.customer_balance', 'payment_settings.payment_method_options'],
    allWithinBut: { payment_method_options: ['card', 'customer_balance', 'sepa_debit', 'us_bank_account'] },
  },
  {
    what: 'Card data and card rules of one country',
    why: 'Raw authentication and network data need an approved account; instalments, mandates and kana one country.',
    parameters: [
      'cvc_token',
      'installments',
      'mandate_options',
      'networks',
      'setup_credential_usage',
      'statement_descriptor_suffix_kana',
      'statement_descriptor_suffix_kanji',
      'stored_credential_usage',
      'three_d_secure',
    ],
  },
  {
    what: 'Logging in to banks',
    why: 'Bank accounts are named by their numbers, and verified by microdeposits.',
    parameters: ['financial_connections', 'financial_connections_account'],
  },
  {
    what: 'Reasons of a cancellation in words of one’s own',
    why: 'They are made in Stripe’s dashboard; the eight that Stripe names are covered.',
    parameters: ['feedback_option'],
  },
  {
    what: 'Payments outside Stripe',
    why: 'An invoice is marked as paid with `paid_out_of_band`; other processors are not recorded.',
    resources: ['PaymentAttemptRecords', 'PaymentRecords'],
    parameters: ['payment_record'],
  },
  {
    what: "Stripe Tax's own API",
    why: 'Automatic tax goes by a fixed table of countries.',
    resources: ['Tax.*', 'TaxCodes'],
    parameters: ['customer_details.tax'],
  },
  {
    what: 'Older objects',
    why: 'Prices and payment methods have taken their place; cards of customers are covered.',
    resources: ['Plans', 'Sources', 'Tokens'],
  },
  {
    what: 'Browsers and phones',
    why: 'They serve `@stripe/stripe-js` and the mobile SDKs, which are not emulated.',
    resources: ['ApplePayDomains', 'CustomerSessions', 'EphemeralKeys', 'PaymentMethodDomains'],
  },
  {
    what: 'Fraud and identity',
    why: 'Early fraud warnings and disputes are covered; the rules that look for fraud are not.',
    resources: [
      'Identity.*',
      'Radar.PaymentEvaluations',
      'Radar.ValueListItems',
      'Radar.ValueLists',
      'Reviews',
      'ThreeDSecure.*',
    ],
    parameters: ['enhanced_evidence', 'radar_options'],
  },
  {
    what: 'Banking, issuing, terminals, climate',
    why: 'No checkout or subscription touches them.',
    resources: [
      'Climate.*',
      'FinancialConnections.*',
      'Forwarding.*',
      'Issuing.*',
      'Terminal.*',
      'TestHelpers.Issuing.*',
      'TestHelpers.Terminal.*',
      'TestHelpers.Treasury.*',
      'Treasury.*',
    ],
  },
  {
    what: 'Files, reports, apps',
    why: 'They work on what an account has; nothing that a customer has follows from them.',
    resources: ['Apps.*', 'ExchangeRates', 'FileLinks', 'Files', 'Reporting.*', 'Sigma.*'],
  },
  {
    what: 'Templates of invoices',
    why: "Only Stripe's dashboard makes them.",
    resources: ['InvoiceRenderingTemplates'],
  },
]

/** The product that leaves the whole method out, if one does. */
export function scopeOfMethod(
  { resource, name }: SdkMethod,
  declared: readonly OutOfScope[],
): OutOfScope | undefined {
  return declared.find(({ resources = [], allBut = {} }) => {
    const wanted = allBut[resource]
    return resources.some((each) => fits(each, resource)) || (wanted !== undefined && !wanted.includes(name))
  })
}

/** The product that leaves a parameter out, named with the way to it, if one does. */
export function scopeOfParameter(name: string, declared: readonly OutOfScope[]): OutOfScope | undefined {
  return declared.find((scope) => patternOf(name, scope) !== undefined)
}

/** What of the product's patterns a parameter fits: `account`, or `payment_method_options.*`. */
export function patternOf(
  name: string,
  { parameters = [], allWithinBut = {} }: OutOfScope,
): string | undefined {
  const named = parameters.find((each) => name === each || name.endsWith(`.${each}`))
  if (named !== undefined) return named
  const levels = name.split('.')
  const [within = '', own = ''] = levels.slice(-2)
  const wanted = levels.length < 2 ? undefined : allWithinBut[within]
  return wanted === undefined || wanted.includes(own) ? undefined : `${within}.*`
}

function fits(pattern: string, resource: string): boolean {
  return pattern.endsWith('*') ? resource.startsWith(pattern.slice(0, -1)) : resource === pattern
}
