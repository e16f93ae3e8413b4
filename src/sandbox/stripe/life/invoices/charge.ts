import type { Account } from '../../account.ts'
import type { Invoice, PaymentIntent, PaymentMethod } from '../../wire.ts'
import { AUTHENTICATION_REQUIRED } from '../declines.ts'
import { confirmPayment } from '../money/confirmation.ts'
import { cancelPayment } from '../payments.ts'
import { paymentOf } from './payments.ts'

/** How a charge for an invoice ends. */
export type ChargeOutcome = 'succeeded' | 'declined' | 'requires_action' | 'processing'

/** Charges the method: with its holder at hand, who may be asked, or without, which a bank that asks declines. */
export function chargeFor(
  account: Account,
  intent: PaymentIntent,
  method: PaymentMethod,
  isOffSession: boolean,
): ChargeOutcome {
  if (intent.status === 'processing' || intent.status === 'requires_action') return intent.status
  const outcome = confirmPayment(account, intent, {
    method,
    isOffSession,
    returnUrl: null,
    refusesAction: isOffSession,
  })
  if (outcome.kind === 'authorized') return 'processing'
  if (outcome.kind !== 'declined') return outcome.kind
  return outcome.decline === AUTHENTICATION_REQUIRED ? 'requires_action' : 'declined'
}

/** The payment of an invoice that will not be made. */
export function cancelIntentOf(account: Account, invoice: Invoice): void {
  const intent = paymentOf(account, invoice)
  if (intent === null || intent.status === 'succeeded' || intent.status === 'canceled') return
  cancelPayment(account, intent, 'void_invoice')
}
