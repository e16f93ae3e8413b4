import type { Account } from '../../account.ts'
import { endpoint } from '../../endpoint.ts'
import { parameterMissing, StripeError } from '../../errors.ts'
import { createCustomer } from '../../life/customers.ts'
import { createInvoiceItem } from '../../life/invoices/items.ts'
import { pricingOf, productName } from '../../life/invoices/lines.ts'
import { asPreview, previewManual, previewRenewal } from '../../life/invoices/preview.ts'
import { priceAmount } from '../../life/pricing.ts'
import { discountsFor } from '../../life/redemption.ts'
import { rehearse } from '../../life/rehearsal.ts'
import { cancelNow } from '../../life/subscriptions/cancellation.ts'
import { nextDue } from '../../life/subscriptions/next-due.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Params,
  required,
  text,
} from '../../params.ts'
import type { Invoice, Subscription } from '../../wire.ts'
import {
  automaticTaxParam,
  discountsParam,
  oneTimePriceData,
  priceFor,
  taxRatesParam,
} from '../billing/params.ts'
import { MAX_AMOUNT, MAX_QUANTITY, wordOr } from '../billing/scalars.ts'
import { createWith } from '../subscriptions/create.ts'
import { anchorParam, itemFields, prorationBehavior } from '../subscriptions/params.ts'
import { updateWith } from '../subscriptions/update.ts'
import { previewSchedule, scheduleDetails } from './schedule-preview.ts'

const address = hash({
  city: text(),
  country: text(2),
  line1: text(),
  line2: text(),
  postal_code: text(),
  state: text(),
})

const subscriptionDetails = hash({
  billing_cycle_anchor: wordOr(['now', 'unchanged'], anchorParam),
  cancel_at: emptyable(wordOr(['min_period_end', 'max_period_end'], integer(1))),
  cancel_at_period_end: flag(),
  cancel_now: flag(),
  default_tax_rates: taxRatesParam,
  items: listOf(hash({ ...itemFields, id: text(), deleted: flag(), clear_usage: flag() }), 40),
  proration_behavior: prorationBehavior,
  proration_date: integer(1),
  trial_end: wordOr(['now'], integer(1)),
  ...absent('billing_mode', 'billing_schedules', 'metadata', 'pause', 'resume_at', 'start_date'),
})

const shape = {
  automatic_tax: automaticTaxParam,
  currency: text(3),
  customer: text(),
  customer_details: hash({
    address: emptyable(address),
    tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
    ...absent('shipping', 'tax', 'tax_ids'),
  }),
  discounts: discountsParam,
  invoice_items: listOf(
    hash({
      amount: integer(-MAX_AMOUNT, MAX_AMOUNT),
      currency: text(3),
      description: text(),
      discountable: flag(),
      period: hash({ start: required(integer(1)), end: required(integer(1)) }),
      price: text(),
      price_data: oneTimePriceData,
      quantity: integer(0, MAX_QUANTITY),
      ...absent('discounts', 'invoiceitem', 'metadata', 'tax_rates'),
    }),
    250,
  ),
  preview_mode: oneOf('next', 'recurring'),
  subscription: text(),
  subscription_details: subscriptionDetails,
  schedule: text(),
  schedule_details: scheduleDetails,
  ...absent('customer_account', 'issuer', 'on_behalf_of'),
} as const

type PreviewParams = Params<typeof shape>

/**
 * `POST /v1/invoices/create_preview`: the invoice that the change would make at once, else that of the next renewal. It
 * is made by doing it, on a copy of the account.
 */
export const createPreview = endpoint(hash(shape), (account, params) =>
  rehearse(account, (copy) => {
    const customer = customerOf(copy, params)
    addItems(copy, params, customer)
    if (params.schedule !== undefined || params.schedule_details) {
      return previewSchedule(copy, params, customer) ?? nothingUpcoming()
    }
    if (params.subscription === undefined && params.subscription_details?.items) {
      return asPreview(firstInvoice(copy, params, params.subscription_details.items, customer))
    }
    const subscription = subscriptionFor(copy, params, customer)
    if (subscription === null) return previewManual(copy, customer) ?? nothingUpcoming()
    const before = subscription.latest_invoice
    change(copy, subscription, params, customer)
    if (subscription.latest_invoice !== null && subscription.latest_invoice !== before) {
      return asPreview(copy.need(copy.state.invoices, String(subscription.latest_invoice)))
    }
    return renewal(copy, subscription, params)
  }),
)

/** The first invoice of a subscription that there is not yet. */
function firstInvoice(
  copy: Account,
  params: PreviewParams,
  items: NonNullable<NonNullable<PreviewParams['subscription_details']>['items']>,
  customer: string,
): Invoice {
  const details = params.subscription_details ?? {}
  const made = createWith(copy, {
    customer,
    items: items.map(({ id: _, deleted: _deleted, clear_usage: _usage, ...item }) => item),
    ...(details.proration_behavior ? { proration_behavior: details.proration_behavior } : {}),
    ...(details.trial_end === undefined ? {} : { trial_end: details.trial_end }),
    ...(params.discounts === undefined ? {} : { discounts: params.discounts }),
    ...(params.automatic_tax ? { automatic_tax: params.automatic_tax } : {}),
  })
  return copy.need(copy.state.invoices, String(made.latest_invoice))
}

/** Applies what the request asks. */
function change(copy: Account, subscription: Subscription, params: PreviewParams, customer: string): void {
  const details = params.subscription_details ?? {}
  if (params.automatic_tax) subscription.automatic_tax.enabled = params.automatic_tax.enabled
  const discounts = discountsFor(copy, params.discounts, { customer, subscription: subscription.id })
  if (discounts) subscription.discounts = discounts
  if (params.preview_mode === 'recurring') copy.state.pendingInvoiceItems.delete(customer)
  const { cancel_now: cancels, ...update } = details
  if (cancels)
    cancelNow(copy, subscription, { prorate: update.proration_behavior !== 'none', invoiceNow: true })
  else if (Object.keys(update).length > 0) updateWith(copy, subscription, update)
  if (params.preview_mode === 'recurring') copy.state.pendingInvoiceItems.delete(customer)
}

function renewal(copy: Account, subscription: Subscription, params: PreviewParams): Invoice {
  const at = nextDue(subscription)
  const ends = subscription.cancel_at !== null && subscription.cancel_at <= at
  if (ends || !['active', 'trialing', 'past_due'].includes(subscription.status)) {
    return previewManual(copy, String(subscription.customer)) ?? nothingUpcoming()
  }
  if (params.automatic_tax) subscription.automatic_tax.enabled = params.automatic_tax.enabled
  return copy.within({ moment: at }, () => previewRenewal(copy, subscription))
}

/** The subscription that is named, or the customer's that renews next; null for none. */
function subscriptionFor(copy: Account, params: PreviewParams, customer: string): Subscription | null {
  if (params.subscription !== undefined) {
    return copy.need(copy.state.subscriptions, params.subscription, 'subscription')
  }
  const own = [...copy.state.subscriptions.values()].filter(
    (each) => each.customer === customer && ['active', 'trialing', 'past_due'].includes(each.status),
  )
  const next = own.sort((a, b) => nextDue(a) - nextDue(b))[0]
  return next ? copy.need(copy.state.subscriptions, next.id) : null
}

function customerOf(copy: Account, params: PreviewParams): string {
  const schedule = copy.state.subscriptionSchedules.get(params.schedule ?? '')
  const subscription = copy.state.subscriptions.get(params.subscription ?? '')
  const id = params.customer ?? subscription?.customer ?? schedule?.customer
  if (id != null) return copy.need(copy.state.customers, String(id), 'customer').id
  if (params.customer_details === undefined) throw parameterMissing('customer')
  const given = params.customer_details.address
  return createCustomer(copy, {
    address: given
      ? { city: null, country: null, line1: null, line2: null, postal_code: null, state: null, ...given }
      : null,
    tax_exempt: params.customer_details.tax_exempt ?? 'none',
  }).id
}

function addItems(copy: Account, params: PreviewParams, customer: string): void {
  for (const [index, given] of (params.invoice_items ?? []).entries()) {
    const price = priceFor(copy, given, `invoice_items[${index}]`)
    const quantity = given.quantity ?? 1
    createInvoiceItem(copy, {
      customer,
      currency: given.currency ?? price?.currency ?? params.currency ?? 'usd',
      amount: given.amount ?? (price ? priceAmount(copy, price, quantity) : 0),
      description: given.description ?? (price ? productName(copy, price) : null),
      period: given.period ?? { start: copy.now, end: copy.now },
      quantity,
      pricing: price ? pricingOf(copy, price) : null,
      ...(given.discountable === undefined ? {} : { discountable: given.discountable }),
    })
  }
}

function nothingUpcoming(): never {
  throw new StripeError({
    status: 404,
    type: 'invalid_request_error',
    code: 'invoice_upcoming_none',
    message: 'No upcoming invoices for customer',
  })
}
