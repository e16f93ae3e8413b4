import type { Account } from '../../account.ts'
import type { PaymentIntent } from '../../wire.ts'
import { bankAccountOf } from '../payment-methods.ts'
import { failPayment, succeedPayment } from '../payments.ts'
import { openDispute } from './disputes.ts'

/** A bank debit has settled, one way or the other. Answers whether it is paid; null where it hangs on. */
export function settlePayment(account: Account, intent: PaymentIntent): boolean | null {
  const charge = account.state.charges.get(intent.latest_charge ?? '')
  const method = account.state.paymentMethods.get(charge?.payment_method ?? '')
  const bank = method && bankAccountOf(account, method)
  if (intent.status !== 'processing' || method === undefined || bank === undefined) return null
  if (bank.returned === 'stays') return null
  if (bank.returned) {
    failPayment(account, intent, method, bank.returned)
    return false
  }
  const paid = succeedPayment(account, intent, method)
  if (bank.isDisputed) openDispute(account, paid, 'fraudulent', paid.amount)
  return true
}
