import { type Account, NO_REQUEST } from '../account.ts'
import type { CheckoutDetails } from '../state.ts'
import type { CheckoutSession, Invoice, PaymentIntent, PaymentMethod, Subscription } from '../wire.ts'
import { createCustomer } from './customers.ts'
import { type Reduction, redeem } from './discounts.ts'
import { createDraft } from './invoice-builder.ts'
import { finalizeInvoice, markFailed, markPaid } from './invoices.ts'
import { attach } from './payment-methods.ts'
import { createSubscription } from './subscriptions.ts'

export interface Completion {
  email: string
  name: string
  method: PaymentMethod
  /** The payment, or null where nothing was due. */
  intent: PaymentIntent | null
  /** False while a bank debit has yet to settle. */
  paid: boolean
}

/**
 * Completes a session whose payment has been made or handed in. In subscription mode the subscription comes into being
 * only now, after the payment (since 2025-03-31.basil), so it is created `active` or `trialing`.
 */
export function completeCheckout(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion,
): void {
  const customer = customerOf(account, session, completion)
  const links =
    session.mode === 'subscription' && customer !== null
      ? subscribe(account, session, details, completion, customer)
      : { payment_intent: completion.intent?.id ?? null }
  if (session.mode === 'payment') redeemOnce(account, session, customer)
  account.scheduler.cancel('checkout_session.expire', session.id)
  account.change(session, {
    ...links,
    customer,
    customer_details: {
      ...emptyDetails,
      ...session.customer_details,
      email: completion.email,
      name: completion.name,
    },
    payment_status: statusOf(completion),
    status: 'complete',
    url: null,
  })
  account.as(NO_REQUEST, () => account.emit('checkout.session.completed', session))
}

/** The bank debit of a completed session has settled, one way or the other. */
export function settleCheckout(account: Account, session: CheckoutSession, intent: PaymentIntent): void {
  const invoice = account.state.invoices.get(session.invoice ?? '')
  const subscription = account.state.subscriptions.get(session.subscription ?? '')
  if (intent.status !== 'succeeded') {
    if (invoice) markFailed(account, invoice)
    if (subscription) account.change(subscription, { status: 'past_due' }, 'customer.subscription.updated')
    account.emit('checkout.session.async_payment_failed', session)
    return
  }
  if (invoice) markPaid(account, invoice)
  account.change(session, { payment_status: 'paid' })
  account.emit('checkout.session.async_payment_succeeded', session)
}

function subscribe(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion,
  customer: string,
): { subscription: string; invoice: string } {
  const lines = details.line_items.flatMap(({ price, quantity }) =>
    price === null ? [] : [{ price, quantity: quantity ?? 1 }],
  )
  const subscription = createSubscription(account, {
    customer,
    currency: session.currency ?? '',
    items: lines.filter((line) => line.price.type === 'recurring'),
    metadata: details.subscription_data.metadata,
    description: details.subscription_data.description,
    default_payment_method: completion.method.id,
    trial_end: details.subscription_data.trial_end,
  })
  const invoice = firstInvoice(account, session, subscription, lines)
  account.emit('customer.subscription.created', subscription)
  account.emit('invoice.created', invoice)
  finalizeInvoice(account, invoice, completion.intent ?? undefined)
  if (completion.paid) markPaid(account, invoice)
  return { subscription: subscription.id, invoice: invoice.id }
}

function firstInvoice(
  account: Account,
  session: CheckoutSession,
  subscription: Subscription,
  lines: readonly { price: NonNullable<CheckoutDetails['line_items'][number]['price']>; quantity: number }[],
): Invoice {
  const reduction = reductionOfSession(account, session)
  const discount = reduction
    ? redeem(account, reduction, {
        customer: String(subscription.customer),
        subscription: subscription.id,
        checkoutSession: session.id,
      })
    : null
  const invoice = createDraft(account, {
    subscription,
    reason: 'subscription_create',
    items: subscription.items.data,
    oneTime: lines.filter((line) => line.price.type === 'one_time'),
    trial: subscription.status === 'trialing',
    discounts: discount ? [discount] : [],
    period: { start: account.now, end: account.now },
  })
  // A coupon that counts once is spent on the first invoice; the others stay.
  const stays = discount !== null && reduction?.coupon.duration !== 'once'
  account.change(subscription, {
    latest_invoice: invoice.id,
    discounts: stays && discount ? [discount.id] : [],
  })
  return invoice
}

/** What the session's discount is, or null. */
export function reductionOfSession(account: Account, session: CheckoutSession): Reduction | null {
  const [discount] = session.discounts ?? []
  const coupon = account.state.coupons.get(discount?.coupon ?? '')
  if (coupon === undefined) return null
  return { coupon, promotionCode: account.state.promotionCodes.get(discount?.promotion_code ?? '') ?? null }
}

function redeemOnce(account: Account, session: CheckoutSession, customer: string | null): void {
  const reduction = reductionOfSession(account, session)
  if (reduction) redeem(account, reduction, { customer, subscription: null, checkoutSession: session.id })
}

function customerOf(account: Account, session: CheckoutSession, completion: Completion): string | null {
  if (session.customer !== null) return String(session.customer)
  if (session.mode === 'payment' && session.customer_creation !== 'always') return null
  const customer = createCustomer(account, { email: completion.email, name: completion.name })
  attach(account, completion.method, customer.id)
  if (completion.intent) account.change(completion.intent, { customer: customer.id })
  return customer.id
}

function statusOf(completion: Completion): CheckoutSession['payment_status'] {
  if (completion.intent === null) return 'no_payment_required'
  return completion.paid ? 'paid' : 'unpaid'
}

const emptyDetails = {
  address: null,
  business_name: null,
  email: null,
  individual_name: null,
  name: null,
  phone: null,
  tax_exempt: 'none' as const,
  tax_ids: [],
}
