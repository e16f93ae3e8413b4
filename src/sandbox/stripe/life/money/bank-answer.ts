import type { Account } from '../../account.ts'
import { newId } from '../../ids.ts'
import type { PaymentIntent, SetupIntent } from '../../wire.ts'
import { finishAuthentication } from './confirmation.ts'
import { followPayment } from './purpose.ts'
import { finishSetup } from './setup-intents.ts'

type Intent = PaymentIntent | SetupIntent

/** The intent whose customer the bank asks at the moment; undefined where nobody is asked. */
export function askedIntent(account: Account, id: string): Intent | undefined {
  const intent = account.state.paymentIntents.get(id) ?? account.state.setupIntents.get(id)
  const asks = ['redirect_to_url', 'use_stripe_sdk'].includes(intent?.next_action?.type ?? '')
  return intent?.status === 'requires_action' && asks ? intent : undefined
}

/**
 * The customer answers the bank's question. Answers where they go then, as Stripe sends them there
 * (docs.stripe.com/payments/payment-element/migration#return-url); null where the intent has no `return_url`.
 */
export function answerBank(account: Account, intent: Intent, isApproved: boolean): string | null {
  const returnUrl = intent.next_action?.redirect_to_url?.return_url ?? null
  const origin = { id: newId.request(), idempotency_key: null }
  account.onClockOf(intent.id, () =>
    account.as(origin, () => {
      if (intent.object === 'setup_intent') finishSetup(account, intent, isApproved)
      else if (finishAuthentication(account, intent, isApproved).kind === 'succeeded') {
        followPayment(account, intent)
      }
    }),
  )
  return returnUrl === null ? null : withOutcome(returnUrl, intent)
}

function withOutcome(returnUrl: string, intent: Intent): string {
  const url = new URL(returnUrl)
  url.searchParams.set(intent.object, intent.id)
  url.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '')
  const failed = intent.status === 'requires_payment_method'
  url.searchParams.set('redirect_status', failed ? 'failed' : 'succeeded')
  return url.href
}
