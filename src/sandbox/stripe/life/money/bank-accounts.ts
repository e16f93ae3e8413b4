import { SECONDS_PER_DAY } from '../calendar.ts'
import { type Decline, declined, INSUFFICIENT_FUNDS } from '../declines.ts'

/** The payment methods that are handed in first and settle days later. */
export type BankDebitType = 'sepa_debit' | 'us_bank_account'

/** What a test account does, once a debit has been handed in. */
export interface TestAccount {
  readonly type: BankDebitType
  /** An IBAN, or an account's number. */
  readonly number: string
  /** `pm_NAME`, where Stripe has such a fixture. */
  readonly name: string | null
  readonly country: string
  /** Null pays; a debit that stays is neither paid nor returned. */
  readonly returned: Decline | 'stays' | null
  readonly isDisputed: boolean
  /** Seconds from the debit to its outcome. */
  readonly settlesAfter: number
}

/** How long a bank debit takes to settle: long enough to look as it does live. */
export const BANK_DEBIT_SECONDS = SECONDS_PER_DAY

/** Of each test account of Austria's there is one that is slower: docs.stripe.com/payments/sepa-debit. */
const SLOW_SECONDS = 3 * 60

const RETURNED: Decline = {
  code: 'payment_intent_payment_attempt_failed',
  decline_code: null,
  message: 'The payment failed.',
}

function returned(code: string, message: string): Decline {
  return { ...declined(code, message), code, decline_code: null }
}

function iban(number: string, more: Partial<TestAccount> = {}): TestAccount {
  return {
    type: 'sepa_debit',
    number,
    name: null,
    country: number.slice(0, 2),
    returned: null,
    isDisputed: false,
    settlesAfter: BANK_DEBIT_SECONDS,
    ...more,
  }
}

function usAccount(number: string, name: string, more: Partial<TestAccount> = {}): TestAccount {
  return {
    type: 'us_bank_account',
    number,
    name: `usBankAccount_${name}`,
    country: 'US',
    returned: null,
    isDisputed: false,
    settlesAfter: BANK_DEBIT_SECONDS,
    ...more,
  }
}

/**
 * Stripe's test accounts; Austria's settle as fast as Stripe says, the others take a day (docs.stripe.com/payments/sepa-debit/accept-a-payment#test-your-integration,
 * docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-account-numbers).
 */
export const TEST_ACCOUNTS: readonly TestAccount[] = [
  iban('DE89370400440532013000'),
  iban('DE08370400440532013003'),
  iban('DE62370400440532013001', { returned: RETURNED }),
  iban('DE78370400440532013004', { returned: RETURNED }),
  iban('DE35370400440532013002', { isDisputed: true }),
  iban('AT611904300234573201', { settlesAfter: 0 }),
  iban('AT321904300235473204', { settlesAfter: SLOW_SECONDS }),
  iban('AT861904300235473202', { returned: RETURNED, settlesAfter: 0 }),
  iban('AT051904300235473205', { returned: RETURNED, settlesAfter: SLOW_SECONDS }),
  iban('AT591904300235473203', { isDisputed: true }),
  iban('AT981904300000343434', {
    returned: returned('charge_exceeds_source_limit', 'The amount exceeds the limit of this account.'),
  }),
  iban('AT981904300002222227', { returned: { ...INSUFFICIENT_FUNDS, code: 'insufficient_funds' } }),
  // The official command line's trigger of `checkout.session.async_payment_failed` pays with it.
  iban('IT60X0542811101000000123456', { returned: RETURNED, settlesAfter: 0 }),
  iban('FR1420041010050500013M02606'),
  iban('ES0700120345030000067890'),
  iban('NL39RABO0300065264'),
  usAccount('000123456789', 'success'),
  usAccount('000111111113', 'accountClosed', {
    returned: returned('account_closed', "The customer's account has been closed."),
  }),
  usAccount('000111111116', 'noAccount', {
    returned: returned('no_account', "The customer's account could not be found."),
  }),
  usAccount('000222222227', 'insufficientFunds', {
    returned: returned('insufficient_funds', "The customer's account has insufficient funds."),
  }),
  usAccount('000333333335', 'debitNotAuthorized', {
    returned: returned('debit_not_authorized', 'The customer has not authorized this debit.'),
  }),
  usAccount('000444444440', 'invalidCurrency', {
    returned: returned('invalid_currency', 'The account does not take this currency.'),
  }),
  usAccount('000555555559', 'dispute', { isDisputed: true }),
  usAccount('000000000009', 'processing', { returned: 'stays' }),
]

/** The account with this number, spaces aside. */
export function findTestAccount(type: BankDebitType, number: string): TestAccount | undefined {
  const plain = number.replaceAll(' ', '').toUpperCase()
  return TEST_ACCOUNTS.find((each) => each.type === type && each.number === plain)
}

/** The account behind `pm_NAME`. */
export function findNamedAccount(name: string): TestAccount | undefined {
  return TEST_ACCOUNTS.find((each) => each.name === name)
}
