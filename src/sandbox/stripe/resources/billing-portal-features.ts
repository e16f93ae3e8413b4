import type { Account } from '../account.ts'
import { parameterMissing, refused } from '../errors.ts'
import { emptyable, flag, hash, integer, list, oneOf, type Params, required, text } from '../params.ts'
import type { PortalConfiguration } from '../wire.ts'
import { MAX_QUANTITY } from './billing/scalars.ts'
import { cancellationReason, prorationBehavior } from './subscriptions/params.ts'

type Features = PortalConfiguration['features']
type PortalProduct = NonNullable<Features['subscription_update']['products']>[number]

// docs.stripe.com/api/customer_portal/configurations/create
const MAX_PRODUCTS = 10
const MAX_PRICES_PER_PRODUCT = 20

/** Three years. */
const MAX_PAUSE = { day: 3 * 365, week: 3 * 52, month: 3 * 12, year: 3 } as const

const productShape = {
  adjustable_quantity: hash({ enabled: required(flag()), maximum: integer(1), minimum: integer(0) }),
  prices: required(list(text(), MAX_PRICES_PER_PRODUCT)),
  product: required(text()),
}

/** The features of a portal as a request gives them; each that is left out stays as it is. */
export const featureParams = {
  customer_update: hash({
    allowed_updates: emptyable(list(oneOf('address', 'email', 'name', 'phone', 'shipping', 'tax_id'))),
    enabled: flag(),
  }),
  invoice_history: hash({ enabled: required(flag()) }),
  payment_method_update: hash({
    enabled: required(flag()),
    payment_method_configuration: emptyable(text()),
  }),
  subscription_cancel: hash({
    cancellation_reason: hash({
      enabled: required(flag()),
      feedback_options: emptyable(list(text())),
      options: emptyable(list(cancellationReason)),
    }),
    enabled: flag(),
    mode: oneOf('at_period_end', 'immediately'),
    proration_behavior: prorationBehavior,
  }),
  subscription_pause: hash({
    duration: hash({
      interval_options: emptyable(
        list(hash({ interval: required(oneOf('day', 'month', 'week', 'year')), interval_count: integer(1) })),
      ),
      type: required(oneOf('indefinite', 'interval_options')),
    }),
    enabled: flag(),
  }),
  subscription_update: hash({
    billing_cycle_anchor: oneOf('now', 'unchanged'),
    default_allowed_updates: emptyable(list(oneOf('price', 'promotion_code', 'quantity'))),
    enabled: flag(),
    products: emptyable(list(hash(productShape), MAX_PRODUCTS)),
    proration_behavior: prorationBehavior,
    schedule_at_period_end: hash({
      conditions: list(hash({ type: required(oneOf('decreasing_item_amount', 'shortening_interval')) })),
    }),
    trial_update_behavior: oneOf('continue_trial', 'end_trial'),
  }),
}

type FeatureParams = Params<typeof featureParams>
type DurationParams = NonNullable<NonNullable<FeatureParams['subscription_pause']>['duration']>

/** Everything off, with the words that Stripe gives a feature that was not mentioned. */
export const NO_FEATURES: Features = {
  customer_update: { allowed_updates: [], enabled: false },
  invoice_history: { enabled: false },
  payment_method_update: { enabled: false, payment_method_configuration: null },
  subscription_cancel: {
    cancellation_reason: { enabled: false, feedback_options: null, options: [] },
    enabled: false,
    mode: 'at_period_end',
    proration_behavior: 'none',
  },
  subscription_pause: {
    duration: { interval_options: [{ interval: 'month', interval_count: 1 }], type: 'interval_options' },
    enabled: false,
  },
  subscription_update: {
    billing_cycle_anchor: null,
    default_allowed_updates: [],
    enabled: false,
    products: null,
    proration_behavior: 'none',
    schedule_at_period_end: { conditions: [] },
    trial_update_behavior: 'end_trial',
  },
}

/**
 * `current` with what the request gives.
 * @throws StripeError 400 where the result could not be shown: updates without products, a price of another product.
 */
export function changedFeatures(account: Account, current: Features, given: FeatureParams): Features {
  const { subscription_cancel: cancel, subscription_pause: pause, subscription_update: update } = given
  const features: Features = {
    customer_update: {
      ...current.customer_update,
      ...given.customer_update,
      allowed_updates: orEmpty(
        given.customer_update?.allowed_updates,
        current.customer_update.allowed_updates,
      ),
    },
    invoice_history: { ...current.invoice_history, ...given.invoice_history },
    payment_method_update: { ...current.payment_method_update, ...given.payment_method_update },
    subscription_cancel: {
      ...current.subscription_cancel,
      ...cancel,
      cancellation_reason: {
        ...current.subscription_cancel.cancellation_reason,
        ...cancel?.cancellation_reason,
        options: orEmpty(
          cancel?.cancellation_reason?.options,
          current.subscription_cancel.cancellation_reason.options,
        ),
      },
    },
    subscription_pause: {
      ...current.subscription_pause,
      ...pause,
      duration: pause?.duration ? durationOf(pause.duration) : current.subscription_pause.duration,
    },
    subscription_update: {
      ...current.subscription_update,
      ...update,
      default_allowed_updates: orEmpty(
        update?.default_allowed_updates,
        current.subscription_update.default_allowed_updates,
      ),
      products:
        update?.products === undefined
          ? (current.subscription_update.products ?? null)
          : update.products === null
            ? null
            : update.products.map((each, index) => productOf(account, each, index)),
      schedule_at_period_end: {
        conditions:
          update?.schedule_at_period_end?.conditions ??
          current.subscription_update.schedule_at_period_end.conditions,
      },
    },
  }
  checkFeatures(features)
  return features
}

function checkFeatures({ customer_update: customer, subscription_update: update }: Features): void {
  const at = 'features[subscription_update]'
  if (update.enabled && (update.products ?? []).length === 0) throw parameterMissing(`${at}[products]`)
  if (update.enabled && update.default_allowed_updates.length === 0) {
    throw parameterMissing(`${at}[default_allowed_updates]`)
  }
  if (customer.enabled && customer.allowed_updates.length === 0) {
    throw parameterMissing('features[customer_update][allowed_updates]')
  }
}

/** @throws StripeError 400 for durations that are missing, needless, or longer than three years. */
function durationOf({
  interval_options: given,
  type,
}: DurationParams): Features['subscription_pause']['duration'] {
  const at = 'features[subscription_pause][duration][interval_options]'
  const options = (given ?? []).map(({ interval, interval_count: count }) => ({
    interval,
    interval_count: count ?? 1,
  }))
  if (type === 'interval_options' && options.length === 0) throw parameterMissing(at)
  if (type === 'indefinite' && options.length > 0) {
    throw refused('`interval_options` goes with `type=interval_options`.', at)
  }
  for (const [index, { interval, interval_count: count }] of options.entries()) {
    if (count > MAX_PAUSE[interval]) throw refused('A pause lasts three years at most.', `${at}[${index}]`)
  }
  return { interval_options: options, type }
}

function productOf(account: Account, given: Params<typeof productShape>, index: number): PortalProduct {
  const at = `features[subscription_update][products][${index}]`
  const product = account.need(account.state.products, given.product, `${at}[product]`)
  for (const [position, id] of given.prices.entries()) {
    const param = `${at}[prices][${position}]`
    const price = account.need(account.state.prices, id, param)
    if (price.product !== product.id) {
      throw refused(`The price ${id} does not belong to the product ${product.id}.`, param)
    }
    if (price.type !== 'recurring') throw refused(`The price ${id} is not recurring.`, param)
  }
  const { enabled = false, maximum = null, minimum = 1 } = given.adjustable_quantity ?? {}
  if (maximum !== null && maximum < minimum) {
    throw refused('`maximum` must not be below `minimum`.', `${at}[adjustable_quantity][maximum]`)
  }
  return {
    adjustable_quantity: { enabled, maximum, minimum },
    prices: given.prices,
    product: product.id,
  }
}

/** How many of a plan a customer may have. */
export interface QuantityBounds {
  minimum: number
  maximum: number
}

/** Between which quantities a customer chooses, or null where the quantity stays as it is. */
export function quantityBounds(
  update: Features['subscription_update'],
  price: string,
): QuantityBounds | null {
  const product = (update.products ?? []).find((each) => each.prices.includes(price))
  if (!product?.adjustable_quantity.enabled || !update.default_allowed_updates.includes('quantity'))
    return null
  const { maximum, minimum } = product.adjustable_quantity
  return { minimum, maximum: maximum ?? MAX_QUANTITY }
}

function orEmpty<T>(given: T[] | null | undefined, current: T[]): T[] {
  return given === undefined ? current : (given ?? [])
}
