import type { Account } from '../../account.ts'
import { StripeError } from '../../errors.ts'
import { newId } from '../../ids.ts'
import type { Mandate, PaymentMethod } from '../../wire.ts'

/** How the customer agreed to be debited. */
export interface Acceptance {
  type: 'offline' | 'online'
  accepted_at?: number
  online?: { ip_address: string; user_agent: string }
}

/** Writes down that the holder of a bank account agreed to debits (docs.stripe.com/payments/sepa-debit#mandates). */
export function acceptMandate(
  account: Account,
  method: PaymentMethod,
  acceptance: Acceptance,
  singleUse?: { amount: number; currency: string },
): Mandate {
  const mandate = account.state.mandates.add({
    id: newId.mandate(),
    object: 'mandate',
    customer_acceptance: {
      accepted_at: acceptance.accepted_at ?? account.now,
      type: acceptance.type,
      ...(acceptance.type === 'online'
        ? { online: acceptance.online ?? { ip_address: null, user_agent: null } }
        : { offline: {} }),
    },
    livemode: false,
    ...(singleUse ? { single_use: singleUse } : { multi_use: {} }),
    payment_method: method.id,
    payment_method_details:
      method.type === 'sepa_debit'
        ? {
            sepa_debit: { reference: mandateReference(), url: `${account.url}/mandates` },
            type: 'sepa_debit',
          }
        : { us_bank_account: { collection_method: 'paper' }, type: 'us_bank_account' },
    status: 'active',
    type: singleUse ? 'single_use' : 'multi_use',
  })
  const backing = account.state.methodBackings.get(method.id)
  if (backing) backing.mandate = mandate.id
  return mandate
}

/** @throws StripeError 400 for a bank account whose holder did not agree, as Stripe requires. */
export function needMandate(account: Account, method: PaymentMethod): void {
  const isDebit = method.type === 'sepa_debit' || method.type === 'us_bank_account'
  if (!isDebit || account.state.methodBackings.get(method.id)?.mandate) return
  throw new StripeError({
    status: 400,
    type: 'invalid_request_error',
    code: 'payment_intent_mandate_invalid',
    message:
      'A debit needs a mandate, and there is none yet. Give the customer’s acceptance as `mandate_data`.',
    param: 'mandate_data',
  })
}

function mandateReference(): string {
  return newId.mandate().slice(-16).toUpperCase()
}
