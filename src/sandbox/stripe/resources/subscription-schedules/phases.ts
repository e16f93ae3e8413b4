import type { Account } from '../../account.ts'
import { parameterMissing, refused } from '../../errors.ts'
import { isSoldIn } from '../../life/pricing.ts'
import { checkDiscounts, type DiscountEntry } from '../../life/redemption.ts'
import type { PhaseRequest } from '../../life/schedules/phases.ts'
import type { OneTimeItem } from '../../life/subscriptions/one-time.ts'
import { changedMetadata, metadata } from '../../metadata.ts'
import { absent, flag, hash, integer, list as listOf, oneOf, required, text, until } from '../../params.ts'
import type { SubscriptionSchedule } from '../../wire.ts'
import { DEFAULT_PERIOD, phaseInvoiceItemsParam, plainItemFor } from '../billing/one-time-items.ts'
import {
  discountsParam,
  recurringPriceData,
  recurringPriceFor,
  taxRatesFor,
  taxRatesParam,
} from '../billing/params.ts'
import { MAX_QUANTITY, wordOr } from '../billing/scalars.ts'
import { prorationBehavior } from '../subscriptions/params.ts'
import { checkCollection, invoiceSettingsFor, settingsFor, settingsShape } from './settings.ts'

type Phase = SubscriptionSchedule['phases'][number]

export const moment = wordOr(['now'], integer(1))

const phaseParam = hash({
  ...settingsShape,
  add_invoice_items: phaseInvoiceItemsParam,
  currency: text(3),
  default_tax_rates: taxRatesParam,
  discounts: discountsParam,
  duration: hash({
    interval: required(oneOf('day', 'month', 'week', 'year')),
    interval_count: integer(1),
  }),
  end_date: moment,
  items: required(
    listOf(
      hash({
        price: text(),
        plan: text(),
        price_data: recurringPriceData,
        quantity: integer(0, MAX_QUANTITY),
        metadata: metadata(),
        tax_rates: taxRatesParam,
        discounts: discountsParam,
        ...absent('billing_thresholds'),
      }),
      20,
    ),
  ),
  // docs.stripe.com/changelog/clover/2025-09-30: `duration` has taken its place.
  iterations: until('2025-09-30.clover', integer(1)),
  metadata: metadata(),
  proration_behavior: prorationBehavior,
  start_date: moment,
  trial: flag(),
  trial_end: moment,
})

export const phasesParam = listOf(phaseParam, 10)

type PhaseParams = ReturnType<typeof phaseParam.parse>

/** The phases that a request describes, their references looked up. */
export function phaseRequests(
  account: Account,
  phases: readonly PhaseParams[],
  customer: string,
): PhaseRequest[] {
  return phases.map((phase, index) => {
    const at = `phases[${index}]`
    const ends = [phase.duration, phase.end_date, phase.iterations].filter((each) => each !== undefined)
    if (ends.length > 1) {
      throw refused(
        `You may only specify one of these parameters: ${at}[duration], ${at}[end_date], ${at}[iterations].`,
        at,
      )
    }
    checkDiscounts(account, phase.discounts ?? [], customer, `${at}[discounts]`)
    const currency = phase.currency?.toLowerCase()
    const seconds = (given: 'now' | number | undefined) => (given === 'now' ? account.now : given)
    const items = phase.items.map((item, place) =>
      phaseItem(account, item, customer, `${at}[items][${place}]`),
    )
    if (currency !== undefined && !items.every(({ price }) => isSoldIn(account, price, currency))) {
      throw refused('A phase is in a currency that all its prices are sold in.', `${at}[currency]`)
    }
    return {
      items,
      start_date: seconds(phase.start_date),
      end_date: seconds(phase.end_date),
      trial_end: seconds(phase.trial_end),
      duration: phase.duration,
      iterations: phase.iterations,
      trial: phase.trial,
      currency,
      fields: phaseFields(account, phase, customer, at),
    }
  })
}

function phaseItem(
  account: Account,
  item: PhaseParams['items'][number],
  customer: string,
  at: string,
): PhaseRequest['items'][number] {
  const price = recurringPriceFor(
    account,
    { price: item.price ?? item.plan, price_data: item.price_data },
    at,
  )
  if (price === undefined) throw parameterMissing(`${at}[price]`)
  checkDiscounts(account, item.discounts ?? [], customer, `${at}[discounts]`)
  return {
    price,
    quantity: item.quantity ?? 1,
    metadata: changedMetadata({}, item.metadata),
    tax_rates: taxRatesFor(account, item.tax_rates, `${at}[tax_rates]`) ?? [],
    discounts: (item.discounts ?? []).map(shownDiscount),
  }
}

function phaseFields(account: Account, phase: PhaseParams, customer: string, at: string): Partial<Phase> {
  const { invoice_settings: invoice, proration_behavior: proration } = phase
  checkCollection(phase.collection_method, invoice?.days_until_due, at)
  const rates = taxRatesFor(account, phase.default_tax_rates, `${at}[default_tax_rates]`)
  const { billing_cycle_anchor, ...settings } = settingsFor(account, settingsOf(phase), at)
  return {
    ...settings,
    ...(billing_cycle_anchor ? { billing_cycle_anchor } : {}),
    add_invoice_items: (phase.add_invoice_items ?? []).map((each, place) =>
      shownItem(account, each, customer, `${at}[add_invoice_items][${place}]`),
    ),
    default_tax_rates: structuredClone(rates ?? []),
    discounts: (phase.discounts ?? []).map(shownDiscount),
    invoice_settings: invoice ? invoiceSettingsFor(invoice, null, null) : null,
    metadata: changedMetadata({}, phase.metadata),
    ...(proration ? { proration_behavior: proration } : {}),
  }
}

function settingsOf(phase: PhaseParams) {
  const names = Object.keys(settingsShape)
  return Object.fromEntries(Object.entries(phase).filter(([name]) => names.includes(name)))
}

function shownItem(
  account: Account,
  given: NonNullable<PhaseParams['add_invoice_items']>[number],
  customer: string,
  at: string,
): Phase['add_invoice_items'][number] {
  checkDiscounts(account, given.discounts ?? [], customer, `${at}[discounts]`)
  const item: OneTimeItem = plainItemFor(account, given, at)
  return {
    discountable: item.discountable ?? true,
    discounts: (given.discounts ?? []).map(shownDiscount),
    metadata: item.metadata ?? {},
    period: structuredClone(given.period ?? DEFAULT_PERIOD),
    price: item.price.id,
    quantity: item.quantity,
    tax_rates: structuredClone([...(item.tax_rates ?? [])]),
  }
}

function shownDiscount(entry: DiscountEntry): Phase['discounts'][number] {
  return {
    coupon: entry.coupon ?? null,
    discount: entry.discount ?? null,
    promotion_code: entry.promotion_code ?? null,
  }
}
