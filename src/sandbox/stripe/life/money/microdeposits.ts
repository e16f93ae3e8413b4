import type { Account } from '../../account.ts'
import { StripeError } from '../../errors.ts'
import type { PaymentIntent, PaymentMethod, SetupIntent } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'

// docs.stripe.com/payments/ach-direct-debit/accept-a-payment#test-microdeposits
const RIGHT = { amounts: '32,45', code: 'SM11AA' }
const EXHAUSTED = { amounts: '10,11', code: 'SM33CC' }
const TIMED_OUT = { amounts: '40,41', code: 'SM44DD' }

/** How often somebody may guess (docs.stripe.com/payments/ach-direct-debit#manual-entry-with-microdeposits). */
const MAX_ATTEMPTS = 10

/** Days until a microdeposit is on the account: one to two business days at Stripe. */
const ARRIVES_AFTER_DAYS = 1

type Intent = PaymentIntent | SetupIntent

/** What a customer reads on the statement of their account. */
export interface Deposits {
  amounts?: readonly number[]
  descriptor_code?: string
}

/** Whether the holder of the account has to show that it is theirs before it is debited. */
export function needsDeposits(account: Account, intent: Intent, method: PaymentMethod): boolean {
  const wanted = intent.payment_method_options?.us_bank_account?.verification_method
  const isVerified = account.state.verifiedAccounts.has(method.us_bank_account?.fingerprint ?? '')
  return method.type === 'us_bank_account' && wanted === 'microdeposits' && !isVerified
}

/** Sends a small amount to the account, and waits for its holder to say what stands beside it. */
export function askForDeposits(
  account: Account,
  intent: Intent,
  method: PaymentMethod,
): { kind: 'requires_action' } {
  const arrival = account.now + ARRIVES_AFTER_DAYS * SECONDS_PER_DAY
  const patch = {
    status: 'requires_action' as const,
    payment_method: method.id,
    next_action: {
      type: 'verify_with_microdeposits',
      verify_with_microdeposits: {
        arrival_date: arrival,
        hosted_verification_url: `${account.url}/dashboard/payments/${intent.id}`,
        microdeposit_type: 'descriptor_code' as const,
      },
    },
  }
  if (intent.object === 'setup_intent') {
    account.change(intent, patch)
    account.emit('setup_intent.requires_action', intent)
  } else {
    account.change(intent, patch)
    account.emit('payment_intent.requires_action', intent)
  }
  return { kind: 'requires_action' }
}

/**
 * Holds what the holder says against what was sent: the amounts 32 and 45, or the code SM11AA. Afterwards the account
 * counts as theirs.
 * @throws StripeError 400 for what is wrong, and after ten of them for anything.
 */
export function checkDeposits(account: Account, intent: Intent, given: Deposits): void {
  const amounts = given.amounts?.join(',')
  const isOf = (known: { amounts: string; code: string }) =>
    amounts === known.amounts || given.descriptor_code === known.code
  const attempts = (account.state.depositAttempts.get(intent.id) ?? 0) + 1
  account.state.depositAttempts.set(intent.id, attempts)
  if (isOf(TIMED_OUT)) throw refusal('timeout', 'The microdeposits were not verified in time.')
  if (isOf(EXHAUSTED) || attempts > MAX_ATTEMPTS) {
    throw refusal('attempts_exceeded', 'There were too many attempts to verify this account.')
  }
  if (!isOf(RIGHT)) {
    throw amounts === undefined
      ? refusal('descriptor_code_mismatch', 'This is not the code of the microdeposit.')
      : refusal('amounts_mismatch', 'These are not the amounts of the microdeposits.')
  }
  const method = account.state.paymentMethods.get(String(intent.payment_method))
  account.state.verifiedAccounts.add(method?.us_bank_account?.fingerprint ?? '')
}

function refusal(reason: string, message: string): StripeError {
  const code = `payment_method_microdeposit_verification_${reason}`
  return new StripeError({ status: 400, type: 'invalid_request_error', code, message })
}
