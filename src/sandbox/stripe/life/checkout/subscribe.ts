import type { Account } from '../../account.ts'
import type { CheckoutSession, PaymentIntent, PaymentMethod, Subscription } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import { redeem } from '../discounts.ts'
import {
  createSubscription,
  firstInvoice,
  type SubscriptionRequest,
  settleFirstInvoice,
} from '../subscriptions/create.ts'
import { pendingItemsPatch, planPendingItems } from '../subscriptions/pending-items.ts'
import { ratesOf, reductionOfSession } from './amounts.ts'
import type { CheckoutDetails } from './details.ts'
import { firstPeriod } from './first-period.ts'

/** What became of the first payment. */
export interface FirstPayment {
  /** Null where none was asked for. */
  method: PaymentMethod | null
  /** Null where nothing was due. */
  intent: PaymentIntent | null
  paid: boolean
}

/** The subscription that a session has sold, with its first invoice and their events. */
export function subscribe(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  payment: FirstPayment,
  customer: string,
  status?: 'incomplete',
): { subscription: string; invoice: string } {
  const data = details.subscription_data
  const lines = linesOf(account, details)
  const first = firstPeriod(account, session, data)
  const subscription = createSubscription(account, {
    customer,
    currency: session.currency ?? '',
    items: lines.filter((line) => line.price.type === 'recurring'),
    metadata: data.metadata,
    description: data.description,
    default_payment_method: payment.method?.id ?? null,
    trial_end: data.trial_days === null ? data.trial_end : account.now + data.trial_days * SECONDS_PER_DAY,
    billing_cycle_anchor: data.anchor ?? undefined,
    period_start: first.start,
    fields: fieldsOf(account, session, data),
    ...(status === undefined ? {} : { status }),
  })
  planPendingItems(account, subscription)
  const reduction = reductionOfSession(account, session)
  if (reduction) {
    const on = { customer, subscription: subscription.id, checkoutSession: session.id }
    subscription.discounts = [redeem(account, reduction, on).id]
  }
  const invoice = firstInvoice(account, subscription, {
    oneTime: lines.filter((line) => line.price.type === 'one_time'),
    prorates: data.prorates,
    billedFrom: first.billedFrom,
  })
  account.emit('customer.subscription.created', subscription)
  settleFirstInvoice(account, invoice, payment)
  return { subscription: subscription.id, invoice: invoice.id }
}

type Line = SubscriptionRequest['items'][number]

function linesOf(account: Account, details: CheckoutDetails): Line[] {
  return details.line_items.flatMap(({ id, price, quantity }) => {
    const rates = ratesOf(account, account.state.lineTaxRates.get(id) ?? [])
    return price === null ? [] : [{ price, quantity: quantity ?? 1, tax_rates: rates }]
  })
}

function fieldsOf(
  account: Account,
  session: CheckoutSession,
  { default_tax_rates: rates, fields }: CheckoutDetails['subscription_data'],
): Partial<Subscription> {
  const { billing_mode: mode, pending_invoice_item_interval: rhythm, ...others } = fields
  return {
    ...(session.automatic_tax.enabled && {
      automatic_tax: { disabled_reason: null, enabled: true, liability: { type: 'self' } },
    }),
    ...(rates.length > 0 && { default_tax_rates: ratesOf(account, rates) }),
    ...others,
    ...(mode && { billing_mode: mode.type === 'flexible' ? { ...mode, updated_at: account.now } : mode }),
    ...(rhythm && pendingItemsPatch(account.now, rhythm)),
  }
}
