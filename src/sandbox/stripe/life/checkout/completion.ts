import { type Account, NO_REQUEST } from '../../account.ts'
import type { CheckoutSession, Customer, PaymentIntent, PaymentMethod } from '../../wire.ts'
import { createCustomer } from '../customers.ts'
import { redeem } from '../discounts.ts'
import { markFailed, markPaid, settleByIntent } from '../invoices/settle.ts'
import { attach } from '../payment-methods.ts'
import { createTaxId } from '../tax-ids.ts'
import { reductionOfSession } from './amounts.ts'
import { billingAddressIn, collectedInformation, consentOf, shippingIn, taxIdIn, textIn } from './answers.ts'
import { filledFields } from './custom-fields.ts'
import type { CheckoutDetails } from './details.ts'
import { invoiceForPayment } from './invoice.ts'
import { isKept } from './kept.ts'
import { subscribe } from './subscribe.ts'

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
  const customer = customerOf(account, session, details, completion)
  if (customer !== null) updateCustomer(account, customer, session, details, completion)
  account.change(session, { customer })
  const links = linksOf(account, session, details, completion, customer)
  account.scheduler.cancel('checkout_session.expire', session.id)
  account.change(session, {
    ...links,
    ...filledIn(account, session, details, completion),
    payment_status: statusOf(completion),
    status: 'complete',
    url: null,
  })
  account.as(NO_REQUEST, () => account.emit('checkout.session.completed', session))
}

/** The bank debit of a completed session has settled, one way or the other. */
export function settleCheckout(account: Account, session: CheckoutSession, intent: PaymentIntent): void {
  const invoice = account.state.invoices.get(session.invoice ?? '')
  const details = account.state.checkoutDetails.get(session.id)
  if (intent.status !== 'succeeded') {
    if (invoice) markFailed(account, invoice)
    account.emit('checkout.session.async_payment_failed', session)
    return
  }
  if (invoice) markPaid(account, invoice)
  else if (details && session.mode === 'payment') {
    const made = invoiceForPayment(account, session, details, intent)
    account.change(session, { invoice: made?.id ?? null })
  }
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
  if (session.mode === 'payment' || customer === null) {
    const payment = completion.intent?.id ?? null
    redeemOnce(account, session)
    if (!completion.paid) return { payment_intent: payment }
    const invoice = invoiceForPayment(account, session, details, completion.intent)
    return { payment_intent: payment, invoice: invoice?.id ?? null }
  }
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
  const customer = customerOf(account, session, details, completion)
  if (customer === null) return
  account.change(completion.intent, { customer })
  const links = subscribe(account, session, details, { ...completion, paid: false }, customer, 'incomplete')
  account.change(session, { ...links, customer })
}

function redeemOnce(account: Account, session: CheckoutSession): void {
  const reduction = reductionOfSession(account, session)
  const { customer, id } = session
  if (reduction) redeem(account, reduction, { customer, subscription: null, checkoutSession: id })
}

function customerOf(
  account: Account,
  session: CheckoutSession,
  details: CheckoutDetails,
  completion: Completion,
): string | null {
  if (session.customer !== null) return String(session.customer)
  if (session.mode !== 'subscription' && session.customer_creation !== 'always') return null
  const customer = createCustomer(account, { email: completion.email, name: completion.name })
  if (completion.method && isKept(session, details, completion.intent)) {
    attach(account, completion.method, customer.id)
  }
  if (completion.intent) account.change(completion.intent, { customer: customer.id })
  const setup = account.state.setupIntents.get(session.setup_intent ?? '')
  if (setup) account.change(setup, { customer: customer.id })
  return customer.id
}

/** What the customer filled in is written down about them: all of it of a new one, else what `customer_update` allows. */
function updateCustomer(
  account: Account,
  id: string,
  session: CheckoutSession,
  { answers, customer_update: update }: CheckoutDetails,
  completion: Completion,
): void {
  const customer = account.state.customers.get(id)
  if (customer === undefined) return
  const isNew = session.customer === null
  const method = completion.method?.billing_details.address
  const address = billingAddressIn(answers) ?? (method?.country ? method : null)
  const shipping = shippingIn(answers)
  const phone = textIn(answers, 'phone')
  const names = namesOf(answers)
  account.change(
    customer,
    {
      ...((isNew || update.name) && { ...names, name: names.business_name ?? completion.name }),
      ...((isNew || update.address) && address ? { address } : {}),
      ...((isNew || update.shipping) && shipping ? { shipping: { ...shipping, phone } } : {}),
      ...(isNew && phone ? { phone } : {}),
    } as Partial<Customer>,
    'customer.updated',
  )
  const taxId = taxIdIn(answers)
  if (taxId && (isNew || update.name)) createTaxId(account, id, taxId)
}

function namesOf(answers: CheckoutDetails['answers']) {
  const business = textIn(answers, 'business_name')
  const individual = textIn(answers, 'individual_name')
  return {
    ...(business && { business_name: business }),
    ...(individual && { individual_name: individual }),
  }
}

/** What the session shows of what was filled in. */
function filledIn(
  account: Account,
  session: CheckoutSession,
  { answers }: CheckoutDetails,
  completion: Completion,
): Partial<CheckoutSession> {
  const before = session.customer_details
  const taxId = taxIdIn(answers)
  return {
    collected_information: collectedInformation(session, answers),
    consent: consentOf(session, answers),
    custom_fields: filledFields(session, answers),
    customer_details: {
      address: billingAddressIn(answers) ?? before?.address ?? null,
      business_name: textIn(answers, 'business_name') ?? before?.business_name ?? null,
      email: completion.email,
      individual_name: textIn(answers, 'individual_name') ?? before?.individual_name ?? null,
      name: completion.name,
      phone: textIn(answers, 'phone') ?? before?.phone ?? null,
      tax_exempt: account.state.customers.get(String(session.customer))?.tax_exempt ?? 'none',
      tax_ids: taxId ? [taxId] : [],
    },
  }
}

function statusOf(completion: Completion): CheckoutSession['payment_status'] {
  if (completion.intent === null) return 'no_payment_required'
  return completion.paid ? 'paid' : 'unpaid'
}
