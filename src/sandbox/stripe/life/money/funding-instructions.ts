import { createHash } from 'node:crypto'
import { NO_ADDRESS } from '../../address.ts'
import { refused } from '../../errors.ts'
import type { Customer, FundingInstructions } from '../../wire.ts'

/** The kinds of bank transfers, with the currency and the country of each. */
export const TRANSFER_TYPES = {
  eu_bank_transfer: { currency: 'eur', country: 'DE' },
  gb_bank_transfer: { currency: 'gbp', country: 'GB' },
  jp_bank_transfer: { currency: 'jpy', country: 'JP' },
  mx_bank_transfer: { currency: 'mxn', country: 'MX' },
  us_bank_transfer: { currency: 'usd', country: 'US' },
} as const

export type TransferType = keyof typeof TRANSFER_TYPES

type FinancialAddress = FundingInstructions['bank_transfer']['financial_addresses'][number]

/** Countries in which Stripe opens accounts for transfers in euros. */
export const EU_TRANSFER_COUNTRIES: readonly string[] = ['BE', 'DE', 'ES', 'FR', 'IE', 'NL']

/** The kind of transfer in a currency, or null. */
export function transferTypeOf(currency: string): TransferType | null {
  const found = Object.entries(TRANSFER_TYPES).find(([, each]) => each.currency === currency)
  return (found?.[0] ?? null) as TransferType | null
}

/**
 * Where a customer sends the money: an account of their own, the same at each call
 * (docs.stripe.com/payments/customer-balance/funding-instructions).
 * @throws StripeError 400 where kind, currency and country do not fit.
 */
export function fundingInstructions(
  customer: Customer,
  request: { type: TransferType; currency: string; country?: string | undefined },
): FundingInstructions {
  const kind = TRANSFER_TYPES[request.type]
  if (kind.currency !== request.currency) {
    throw refused(`A ${request.type} is in ${kind.currency}.`, 'currency')
  }
  const country = request.type === 'eu_bank_transfer' ? request.country : kind.country
  if (
    country === undefined ||
    (request.type === 'eu_bank_transfer' && !EU_TRANSFER_COUNTRIES.includes(country))
  ) {
    throw refused(
      `Give one of these countries: ${EU_TRANSFER_COUNTRIES.join(', ')}.`,
      'bank_transfer[eu_bank_transfer][country]',
    )
  }
  return {
    object: 'funding_instructions',
    bank_transfer: {
      country,
      financial_addresses: addressesOf(customer, request.type, country),
      // The declaration names two of the five kinds, and leaves room for any word.
      type: request.type as FundingInstructions['bank_transfer']['type'],
    },
    currency: request.currency,
    funding_type: 'bank_transfer',
    livemode: false,
  }
}

/** The accounts that a kind of transfer may go to. */
export function addressesOf(customer: Customer, type: TransferType, country: string): FinancialAddress[] {
  const number = numberOf(customer.id)
  const bank = { ...NO_ADDRESS, country, city: 'Testville', line1: '1 Bank Street', postal_code: '12345' }
  const shared = { account_holder_address: bank, account_holder_name: 'Sandbox', bank_address: bank }
  switch (type) {
    case 'eu_bank_transfer': {
      const iban = { ...shared, bic: 'SANDBOXX', country, iban: `${country}99${number}` }
      return [{ iban, supported_networks: ['sepa'], type: 'iban' }]
    }
    case 'gb_bank_transfer': {
      const code = { ...shared, account_number: number.slice(0, 8), sort_code: '000000' }
      return [{ sort_code: code, supported_networks: ['fps', 'bacs', 'chaps'], type: 'sort_code' }]
    }
    case 'jp_bank_transfer': {
      const zengin = {
        ...shared,
        account_number: number.slice(0, 7),
        account_type: 'futsu',
        bank_code: '0000',
        bank_name: 'SANDBOX BANK',
        branch_code: '000',
        branch_name: 'TEST',
      }
      return [{ supported_networks: ['zengin'], type: 'zengin', zengin }]
    }
    case 'mx_bank_transfer': {
      const spei = { ...shared, bank_code: '000', bank_name: 'SANDBOX BANK', clabe: number.padEnd(18, '0') }
      return [{ spei, supported_networks: ['spei'], type: 'spei' }]
    }
    case 'us_bank_transfer': {
      const named = { ...shared, account_number: number, account_type: 'checking', bank_name: 'SANDBOX BANK' }
      return [
        {
          aba: { ...named, routing_number: '110000000' },
          supported_networks: ['ach', 'domestic_wire_us'],
          type: 'aba',
        },
        { supported_networks: ['swift'], swift: { ...named, swift_code: 'SANDBOXX' }, type: 'swift' },
      ]
    }
    default:
      return type satisfies never
  }
}

/** Twelve digits that belong to this customer alone. */
function numberOf(customer: string): string {
  const digest = createHash('sha256').update(customer).digest().readBigUInt64BE()
  return String(digest % 1_000_000_000_000n).padStart(12, '0')
}
