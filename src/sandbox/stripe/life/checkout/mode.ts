import { refused } from '../../errors.ts'
import type { LineItem } from '../../wire.ts'
import { rhythmOf } from '../subscriptions/anchor.ts'
import type { CheckoutSessionRequest } from './object.ts'

type ModeRequest = Pick<CheckoutSessionRequest, 'mode'> & Partial<CheckoutSessionRequest>

/** @throws StripeError 400 for what does not belong into a session of this mode. */
export function checkMode(request: ModeRequest, lines: readonly LineItem[]): void {
  if (request.mode === 'setup') {
    checkSetup(request, lines)
    return
  }
  const recurring = lines.filter((line) => line.price?.type === 'recurring')
  if (lines.length === 0) throw refused('`line_items` must not be empty.', 'line_items', 'parameter_missing')
  if (request.mode === 'payment' && recurring.length > 0) {
    throw refused(
      'You specified `payment` mode but passed a recurring price. Use `subscription` mode instead.',
      'mode',
    )
  }
  if (request.mode === 'subscription' && recurring.length === 0) {
    throw refused('You must provide at least one recurring price in `subscription` mode.', 'mode')
  }
  // Several intervals are for the APIs of subscriptions and schedules: docs.stripe.com/changelog/basil/2025-07-30.
  if (new Set(recurring.flatMap(({ price }) => (price ? [rhythmOf(price)] : []))).size > 1) {
    throw refused('All recurring prices of a Checkout Session must have one billing interval.', 'line_items')
  }
  if (request.mode === 'payment' && request.subscription_data !== undefined) {
    throw refused('You can not pass `subscription_data` in `payment` mode.', 'subscription_data')
  }
  if (request.mode === 'subscription' && request.payment_intent_data !== undefined) {
    throw refused('You can not pass `payment_intent_data` in `subscription` mode.', 'payment_intent_data')
  }
}

function checkSetup(request: ModeRequest, lines: readonly LineItem[]): void {
  const unfit = [
    ['line_items', lines.length > 0],
    ['payment_intent_data', request.payment_intent_data !== undefined],
    ['subscription_data', request.subscription_data !== undefined],
    ['discounts', request.discounts !== undefined],
    ['allow_promotion_codes', request.allow_promotion_codes !== undefined],
  ] as const
  const param = unfit.find(([, isGiven]) => isGiven)?.[0]
  if (param) throw refused(`You can not pass \`${param}\` in \`setup\` mode.`, param)
}
