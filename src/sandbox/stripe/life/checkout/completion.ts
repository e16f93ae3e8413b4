import { type Account, NO_REQUEST } from '../../account.ts'
import { NO_ADDRESS } from '../../address.ts'
import type { CheckoutDetails } from '../../state.ts'
import type { CheckoutSession, PaymentIntent, PaymentMethod } from '../../wire.ts'
import { SECONDS_PER_DAY } from '../calendar.ts'
import { createCustomer } from '../customers.ts'
import { type Reduction, redeem } from '../discounts.ts'
import { markFailed, markPaid, settleByIntent } from '../invoices/settle.ts'
import { attach } from '../payment-methods.ts'
import { createSubscription, firstInvoice, settleFirstInvoice } from '../subscriptions/create.ts'

export interface Completion {
  email: string
  name: string
  /** Null where none was asked for. */
  method: PaymentMethod | null
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
  const links = linksOf(account, session, details, completion, customer)
  if (session.mode === 'payment') redeemOnce(account, session, customer)
  if (customer !== null) updateCustomer(account, customer, details, completion)
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
    ...collectedOf(session, completion),
    payment_status: statusOf(completion),
    status: 'complete',
    url: null,
  })
  account.as(NO_REQUEST, () => account.emit('checkout.session.completed', session))
}

/** The bank debit of a completed session has settled, one way or the other. */
export function settleCheckout(account: Account, session: CheckoutSession, intent: PaymentIntent): void {
  const invoice = account.state.invoices.get(session.invoice ?? '')
  if (intent.status !== 'succeeded') {
    if (invoice) markFailed(account, invoice)
    account.emit('checkout.session.async_payment_failed', session)
    return
  }
  if (invoice) markPaid(account, invoice)
  account.change(session, { payment_status: 'paid' })
  account.emit('checkout.session.async_payment_succeeded', session)
}

/** What the session made, or had made before. */
function linksOf(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion,
  customer: string | null,
): Partial<CheckoutSession> {
  if (session.mode === 'setup') return {}
  if (session.mode === 'payment' || customer === null)
    return { payment_intent: completion.intent?.id ?? null }
  const made = account.state.subscriptions.get(session.subscription ?? '')
  if (made === undefined) return subscribe(account, session, details, completion, customer)
  if (completion.intent) settleByIntent(account, completion.intent)
  account.change(made, { default_payment_method: completion.method?.id ?? null })
  return {}
}

/**
 * Before 2025-03-31.basil: the subscription is there before the payment, incomplete until its first invoice is paid.
 * A second try finds it there (docs.stripe.com/changelog/basil).
 */
export function subscribeFirst(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion & { intent: PaymentIntent },
): void {
  if (session.mode !== 'subscription' || session.subscription !== null) return
  const customer = customerOf(account, session, completion)
  if (customer === null) return
  account.change(completion.intent, { customer })
  const links = subscribe(account, session, details, { ...completion, paid: false }, customer, 'incomplete')
  account.change(session, { ...links, customer })
}

function subscribe(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion,
  customer: string,
  status?: 'incomplete',
): { subscription: string; invoice: string } {
  const lines = details.line_items.flatMap(({ price, quantity }) =>
    price === null ? [] : [{ price, quantity: quantity ?? 1 }],
  )
  const { trial_end: trialEnd, trial_days: trialDays } = details.subscription_data
  const subscription = createSubscription(account, {
    customer,
    currency: session.currency ?? '',
    items: lines.filter((line) => line.price.type === 'recurring'),
    metadata: details.subscription_data.metadata,
    description: details.subscription_data.description,
    default_payment_method: completion.method?.id ?? null,
    trial_end: trialDays === null ? trialEnd : account.now + trialDays * SECONDS_PER_DAY,
    fields: details.subscription_data.fields,
    ...(status === undefined ? {} : { status }),
  })
  const reduction = reductionOfSession(account, session)
  if (reduction) {
    const on = { customer, subscription: subscription.id, checkoutSession: session.id }
    subscription.discounts = [redeem(account, reduction, on).id]
  }
  const invoice = firstInvoice(account, subscription, {
    oneTime: lines.filter((line) => line.price.type === 'one_time'),
  })
  account.emit('customer.subscription.created', subscription)
  settleFirstInvoice(account, invoice, completion)
  return { subscription: subscription.id, invoice: invoice.id }
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
  if (session.mode !== 'subscription' && session.customer_creation !== 'always') return null
  const customer = createCustomer(account, { email: completion.email, name: completion.name })
  if (completion.method) attach(account, completion.method, customer.id)
  if (completion.intent) account.change(completion.intent, { customer: customer.id })
  const setup = account.state.setupIntents.get(session.setup_intent ?? '')
  if (setup) account.change(setup, { customer: customer.id })
  return customer.id
}

/** What the customer typed is written down about them where `customer_update` allows it. */
function updateCustomer(
  account: Account,
  id: string,
  details: CheckoutDetails,
  completion: Completion,
): void {
  const customer = account.state.customers.get(id)
  if (customer === undefined) return
  const address = completion.method?.billing_details.address
  account.change(
    customer,
    {
      ...(details.customer_update.name && { name: completion.name }),
      ...(details.customer_update.address && address?.country ? { address } : {}),
    },
    'customer.updated',
  )
}

/**
 * What a session that asked for it has collected. The page does not ask: terms are taken as accepted, promotions as
 * declined, and of an address only the first allowed country is known.
 */
function collectedOf(session: CheckoutSession, completion: Completion): Partial<CheckoutSession> {
  const { consent_collection: asked } = session
  return {
    ...(asked && {
      consent: {
        promotions: asked.promotions === 'auto' ? 'opt_out' : null,
        terms_of_service: asked.terms_of_service === 'required' ? 'accepted' : null,
      },
    }),
    ...(session.shipping_address_collection && {
      collected_information: {
        business_name: null,
        individual_name: null,
        shipping_details: {
          address: {
            ...NO_ADDRESS,
            country: session.shipping_address_collection.allowed_countries[0] ?? null,
          },
          name: completion.name,
        },
      },
    }),
  }
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
