import { type Account, NO_REQUEST } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { Charge } from '../../wire.ts'
import type { TestCard } from '../cards.ts'

/**
 * The card's issuer reports a payment as fraud, without taking the money back
 * (docs.stripe.com/disputes/how-disputes-work#early-fraud-warnings).
 */
export function warnOfFraud(account: Account, charge: Charge, card: TestCard | undefined): void {
  if (card?.earlyFraudWarning !== true) return
  const warning = account.state.earlyFraudWarnings.add({
    id: newId.earlyFraudWarning(),
    object: 'radar.early_fraud_warning',
    actionable: true,
    charge: charge.id,
    created: account.now,
    fraud_type: 'made_with_stolen_card',
    livemode: false,
    ...(charge.payment_intent === null ? {} : { payment_intent: charge.payment_intent }),
  })
  account.as(NO_REQUEST, () => account.emit('radar.early_fraud_warning.created', warning))
}

/** A warned-of charge was refunded in full or disputed: nothing is left to do about it. */
export function closeWarnings(account: Account, charge: Charge): void {
  for (const warning of account.state.earlyFraudWarnings.values()) {
    if (warning.charge !== charge.id) continue
    account.as(NO_REQUEST, () =>
      account.change(warning, { actionable: false }, 'radar.early_fraud_warning.updated'),
    )
  }
}
