import type { Account } from '../../account.ts'
import type { PaymentIntent } from '../../wire.ts'
import { settleCheckout } from '../checkout/completion.ts'
import { followAttached } from '../invoices/attach-payment.ts'
import { settleByIntent } from '../invoices/settle.ts'

/** A payment has succeeded or failed by itself or through the API: what it is for follows. */
export function followPayment(account: Account, intent: PaymentIntent): void {
  const session = account.state.checkoutSessions.get(account.state.sessionsByIntent.get(intent.id) ?? '')
  if (session) settleCheckout(account, session, intent)
  else if (!followAttached(account, intent)) settleByIntent(account, intent)
}
