import type { Account } from './account.ts'
import type { Collection } from './collection.ts'
import { refused } from './errors.ts'
import { breakdownOf, lineBreakdown } from './life/checkout/breakdown.ts'
import { cashBalanceOf } from './life/money/cash-balance.ts'
import { termsIn } from './life/pricing.ts'
import type { ApiVersion } from './versions/api-version.ts'
import { atVersion } from './versions/convert.ts'

// docs.stripe.com/api/expanding_objects
export const MAX_EXPAND_LEVELS = 4

type Json = Record<string, unknown>

/**
 * A property that an object shows only when it is asked for, `undefined` where it has none to show. One within a hash
 * of it is named by the way there.
 */
type Includable = (account: Account, object: Json) => object | null | undefined

const INCLUDABLE: Record<string, Record<string, Includable>> = {
  'checkout.session': {
    line_items: (account, session) => ({
      object: 'list',
      data: account.state.checkoutDetails.get(String(session.id))?.line_items.slice(0, 10) ?? [],
      has_more: (account.state.checkoutDetails.get(String(session.id))?.line_items.length ?? 0) > 10,
      url: `/v1/checkout/sessions/${session.id}/line_items`,
    }),
    'total_details.breakdown': (account, { id }) => {
      const session = account.state.checkoutSessions.get(String(id))
      return session ? breakdownOf(account, session) : null
    },
  },
  item: {
    discounts: (account, { id }) => lineBreakdown(account, String(id)).discounts,
    taxes: (account, { id }) => lineBreakdown(account, String(id)).taxes,
  },
  charge: {
    refunds: (account, charge) =>
      listOf(account.state.refunds, (each) => each.charge === charge.id, `/v1/charges/${charge.id}/refunds`),
  },
  customer: {
    cash_balance: (account, { id }) => {
      const customer = account.state.customers.get(String(id))
      return customer ? cashBalanceOf(account, customer) : null
    },
    sources: (account, { id }) =>
      listOf(account.state.cards, (each) => each.customer === id, `/v1/customers/${id}/sources`),
    tax: (_, customer) => ({
      automatic_tax: customer.address ? 'supported' : 'unrecognized_location',
      ip_address: null,
      location: null,
      provider: 'stripe',
    }),
    tax_ids: (account, { id }) =>
      listOf(account.state.taxIds, (each) => each.customer === id, `/v1/customers/${id}/tax_ids`),
    subscriptions: (account, customer) => ({
      object: 'list',
      data: account.state.subscriptions
        .newestFirst()
        .filter((each) => each.customer === customer.id && each.status !== 'canceled'),
      has_more: false,
      url: `/v1/customers/${customer.id}/subscriptions`,
    }),
  },
  coupon: {
    applies_to: (account, { id }) => {
      const products = account.state.couponProducts.get(String(id))
      return products && { products }
    },
    currency_options: (account, { id }) => {
      const coupon = account.state.coupons.get(String(id))
      if (coupon === undefined || coupon.currency === null) return undefined
      const own = { [coupon.currency]: { amount_off: coupon.amount_off } }
      return { ...own, ...account.state.couponCurrencies.get(coupon.id) }
    },
  },
  price: {
    tiers: (account, price) => account.state.priceTiers.get(String(price.id)) ?? null,
    currency_options: (account, { id }) => {
      const price = account.state.prices.get(String(id))
      const own = price && { [price.currency]: termsIn(account, price, price.currency) }
      return { ...own, ...account.state.priceCurrencies.get(String(id)) }
    },
  },
  invoice: {
    confirmation_secret: (account, invoice) => {
      const payment = account.state.invoicePayments.get(
        account.state.paymentsByInvoice.get(String(invoice.id)) ?? '',
      )
      const intent = account.state.paymentIntents.get(payment?.payment.payment_intent ?? '')
      return intent ? { client_secret: intent.client_secret, type: 'payment_intent' } : null
    },
    payments: (account, invoice) => ({
      object: 'list',
      data: account.state.invoicePayments.newestFirst().filter((each) => each.invoice === invoice.id),
      has_more: false,
      url: `/v1/invoice_payments?invoice=${invoice.id}`,
    }),
  },
}

/** The newest objects that `keep` takes, as a list within an object shows them. */
function listOf<Item extends { id: string }>(
  collection: Collection<Item>,
  keep: (item: Item) => boolean,
  url: string,
): object {
  const found = collection.newestFirst().filter(keep)
  return { object: 'list', data: found.slice(0, 10), has_more: found.length > 10, url }
}

/**
 * The answer as `version` has it, with each path of `expand[]` filled in. Paths are those of that version.
 * @throws StripeError 400 for a path deeper than four levels, or one that names nothing that can be expanded.
 */
export function expanded(
  account: Account,
  answer: object,
  paths: readonly string[],
  version: ApiVersion,
): object {
  const shown = withoutUncounted(atVersion(account.state, answer, version), paths)
  if (paths.length === 0) return shown
  const copy = structuredClone(shown) as Json
  const view: View = (object) => structuredClone(atVersion(account.state, object, version)) as Json
  for (const path of paths.filter((each) => !isCount(shown, each))) {
    const levels = path.split('.')
    if (levels.length > MAX_EXPAND_LEVELS) {
      throw refused(
        `You cannot expand more than ${MAX_EXPAND_LEVELS} levels of a property: ${path}`,
        'expand',
      )
    }
    fill(account, view, copy, levels, { path, owner: copy, within: '' })
  }
  return copy
}

/** The number of all results: the only thing that is shown on request and is no object. */
function isCount(answer: object, path: string): boolean {
  return path === 'total_count' && 'object' in answer && answer.object === 'search_result'
}

function withoutUncounted(answer: object, paths: readonly string[]): object {
  if (!isCount(answer, 'total_count') || paths.includes('total_count')) return answer
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== 'total_count'))
}

/** A copy of an object as the request's version has it. */
type View = (object: object) => Json

/** Where the way of a path has come to. */
interface Way {
  path: string
  /** The nearest object around. */
  owner: Json
  /** The way from there, each step with a dot behind it. */
  within: string
}

function fill(account: Account, view: View, hash: Json, levels: readonly string[], way: Way): void {
  const [level, ...deeper] = levels
  if (level === undefined) return
  const { owner, within } = 'object' in hash ? { owner: hash, within: '' } : way
  const include = INCLUDABLE[String(owner.object)]?.[within + level]
  if (include && hash[level] === undefined) {
    const included = include(account, owner)
    if (included === undefined) return
    hash[level] = included && view(included)
  }
  if (!(level in hash)) throw cannotExpand(way.path)
  hash[level] = filled(account, view, hash[level], deeper, { ...way, owner, within: `${within}${level}.` })
}

function filled(account: Account, view: View, value: unknown, deeper: readonly string[], way: Way): unknown {
  if (value === null) return null
  if (Array.isArray(value)) return value.map((each) => filled(account, view, each, deeper, way))
  if (typeof value === 'object') {
    fill(account, view, value as Json, deeper, way)
    return value
  }
  const found = typeof value === 'string' ? account.state.find(value) : undefined
  if (found === undefined) throw cannotExpand(way.path)
  const copy = view(found)
  fill(account, view, copy, deeper, way)
  return copy
}

function cannotExpand(path: string): Error {
  return refused(`This property cannot be expanded (${path}).`, 'expand')
}
