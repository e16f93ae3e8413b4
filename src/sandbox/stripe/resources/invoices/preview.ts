import type { Account } from '../../account.ts'
import { NO_ADDRESS, shippingOf, shippingParam } from '../../address.ts'
import { endpoint } from '../../endpoint.ts'
import { parameterMissing, refused, StripeError } from '../../errors.ts'
import { createCustomer } from '../../life/customers.ts'
import { asPreview, previewManual, previewRenewal } from '../../life/invoices/preview.ts'
import { discountsFor } from '../../life/redemption.ts'
import { rehearse } from '../../life/rehearsal.ts'
import { cancelNow } from '../../life/subscriptions/cancellation.ts'
import { nextDue } from '../../life/subscriptions/next-due.ts'
import { resumeSubscription } from '../../life/subscriptions/pauses/resume.ts'
import { createTaxId } from '../../life/tax-ids.ts'
import { metadata } from '../../metadata.ts'
import {
  absent,
  emptyable,
  flag,
  hash,
  integer,
  list as listOf,
  oneOf,
  type Param,
  type Params,
  required,
  text,
} from '../../params.ts'
import type { Invoice, Subscription } from '../../wire.ts'
import { billingModeParam } from '../billing/mode.ts'
import { automaticTaxParam, discountsParam, taxRatesParam } from '../billing/params.ts'
import { wordOr } from '../billing/scalars.ts'
import { pauseParam, pauseWith } from '../subscriptions/actions.ts'
import { createWith } from '../subscriptions/create.ts'
import { itemFields, prorationBehavior } from '../subscriptions/params.ts'
import { updateWith } from '../subscriptions/update.ts'
import { taxIdShape } from '../tax-ids.ts'
import { addPreviewItems, previewItemsParam } from './preview-items.ts'
import { previewSchedule, scheduleDetails } from './schedule-preview.ts'

const address = hash({
  city: text(),
  country: text(2),
  line1: text(),
  line2: text(),
  postal_code: text(),
  state: text(),
})

const anchorShape = { timestamp: integer(1), type: required(oneOf('now', 'timestamp', 'unchanged')) } as const

/** The anchor of a preview: for a subscription that there is not yet, a moment. Before 2026-09-30 it is no hash. */
const previewAnchor: Param<'now' | 'unchanged' | number> = {
  keys: Object.keys(anchorShape),
  parse: (value, at, version) => {
    if (typeof value === 'string') return wordOr(['now', 'unchanged'], integer(1)).parse(value, at, version)
    const { timestamp, type } = hash(anchorShape).parse(value, at, version)
    if (type !== 'timestamp') return type
    if (timestamp === undefined) throw parameterMissing(`${at}[timestamp]`)
    return timestamp
  },
}

const subscriptionDetails = hash({
  billing_cycle_anchor: previewAnchor,
  cancel_at: emptyable(wordOr(['min_period_end', 'max_period_end'], integer(1))),
  cancel_at_period_end: flag(),
  cancel_now: flag(),
  default_tax_rates: taxRatesParam,
  items: listOf(hash({ ...itemFields, id: text(), deleted: flag(), clear_usage: flag() }), 40),
  proration_behavior: prorationBehavior,
  proration_date: integer(1),
  trial_end: wordOr(['now'], integer(1)),
  billing_mode: billingModeParam,
  metadata: metadata(),
  resume_at: oneOf('now'),
  start_date: integer(1),
  pause: pauseParam,
  ...absent('billing_schedules'),
})

const shape = {
  automatic_tax: automaticTaxParam,
  currency: text(3),
  customer: text(),
  customer_details: hash({
    address: emptyable(address),
    tax_exempt: emptyable(oneOf('exempt', 'none', 'reverse')),
    shipping: emptyable(shippingParam),
    tax_ids: listOf(hash(taxIdShape), 5),
    ...absent('tax'),
  }),
  discounts: discountsParam,
  invoice_items: previewItemsParam,
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
    addPreviewItems(copy, params.invoice_items ?? [], { customer, currency: params.currency })
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
    // A pause that makes no invoice has nothing to preview, and what is paused is not invoiced.
    if (params.subscription_details?.pause) return nothingUpcoming()
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
    ...(typeof details.billing_cycle_anchor === 'number'
      ? { billing_cycle_anchor: details.billing_cycle_anchor }
      : {}),
    ...(details.trial_end === undefined ? {} : { trial_end: details.trial_end }),
    ...(details.billing_mode ? { billing_mode: details.billing_mode } : {}),
    ...(details.metadata === undefined ? {} : { metadata: details.metadata }),
    ...(details.start_date === undefined ? {} : { backdate_start_date: details.start_date }),
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
  const {
    billing_cycle_anchor: anchor,
    billing_mode: _mode,
    cancel_now: cancels,
    pause,
    resume_at: resumes,
    start_date: _start,
    ...update
  } = details
  if (typeof anchor === 'number') {
    throw refused(
      'The anchor of a subscription that is there can only be `now` or `unchanged`.',
      'subscription_details[billing_cycle_anchor]',
    )
  }
  if (pause) pauseWith(copy, subscription, pause)
  else if (resumes) {
    resumeSubscription(copy, subscription, {
      anchor: anchor ?? 'now',
      prorationBehavior: details.proration_behavior ?? 'create_prorations',
      paymentBehavior: 'resume_on_payment_attempt',
    })
  } else if (cancels)
    cancelNow(copy, subscription, { prorate: update.proration_behavior !== 'none', invoiceNow: true })
  else if (anchor !== undefined || Object.keys(update).length > 0) {
    updateWith(copy, subscription, { ...update, ...(anchor && { billing_cycle_anchor: anchor }) })
  }
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
  const { address: given, shipping, tax_exempt, tax_ids: taxIds } = params.customer_details
  const { id: made } = createCustomer(copy, {
    address: given ? { ...NO_ADDRESS, ...given } : null,
    shipping: shipping ? shippingOf(shipping) : null,
    tax_exempt: tax_exempt ?? 'none',
  })
  for (const taxId of taxIds ?? []) createTaxId(copy, made, taxId)
  return made
}

function nothingUpcoming(): never {
  throw new StripeError({
    status: 404,
    type: 'invalid_request_error',
    code: 'invoice_upcoming_none',
    message: 'No upcoming invoices for customer',
  })
}
