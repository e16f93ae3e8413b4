import type { Account } from '../../account.ts'
import { parameterMissing } from '../../errors.ts'
import type { PaymentMethod } from '../../wire.ts'
import { fingerprintOf, type MethodFields, methodBase } from '../payment-methods.ts'

/** Bank accounts of other countries: they can be saved and shown, and this sandbox cannot debit them. */
export type AccountType = 'acss_debit' | 'au_becs_debit' | 'bacs_debit' | 'nz_bank_account' | 'payto'

type Facts = Readonly<Record<string, string | undefined>>

const NEEDED: Readonly<Record<AccountType, readonly string[]>> = {
  acss_debit: ['account_number', 'institution_number', 'transit_number'],
  au_becs_debit: ['account_number', 'bsb_number'],
  bacs_debit: ['account_number', 'sort_code'],
  nz_bank_account: ['account_number', 'bank_code', 'branch_code', 'suffix'],
  payto: [],
}

/** A method of an account. @throws StripeError 400 where a part of its number is missing. */
export function createAccountMethod(
  account: Account,
  type: AccountType,
  given: object | undefined,
  fields: MethodFields,
  at: string,
): PaymentMethod {
  const facts = { ...given } as Facts
  for (const name of NEEDED[type]) if (facts[name] === undefined) throw parameterMissing(`${at}[${name}]`)
  const number = facts.account_number ?? ''
  const method = {
    ...methodBase(account, fields),
    type,
    [type]: shownOf(type, facts, number),
  } as PaymentMethod
  account.state.methodBackings.set(method.id, { number, is_set_up: false, is_spent: false, mandate: null })
  return account.state.paymentMethods.add(method)
}

function shownOf(type: AccountType, facts: Facts, number: string): object {
  const [fingerprint, last4] = [fingerprintOf(number), number.slice(-4)]
  switch (type) {
    case 'acss_debit': {
      const { institution_number, transit_number } = facts
      return { bank_name: 'SANDBOX BANK', fingerprint, institution_number, last4, transit_number }
    }
    case 'au_becs_debit':
      return { bsb_number: facts.bsb_number, fingerprint, last4 }
    case 'bacs_debit':
      return { fingerprint, last4, sort_code: facts.sort_code }
    case 'nz_bank_account': {
      const { account_holder_name: holder = null, bank_code, branch_code, suffix } = facts
      return {
        account_holder_name: holder,
        bank_code,
        bank_name: 'SANDBOX BANK',
        branch_code,
        last4,
        suffix,
      }
    }
    case 'payto':
      return { bsb_number: facts.bsb_number ?? null, last4: last4 || null, pay_id: facts.pay_id ?? null }
    default:
      return type satisfies never
  }
}
