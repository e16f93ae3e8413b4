import type { Account } from '../account.ts'
import { noSuch, parameterMissing, refused } from '../errors.ts'
import { validCoupon } from '../life/discounts.ts'
import { hash, integer, list, oneOf, type Params, required, text } from '../params.ts'
import type { Customer, PortalConfiguration, PortalSession, Subscription } from '../wire.ts'
import { quantityBounds } from './billing-portal-features.ts'

type Flow = NonNullable<PortalSession['flow']>

const flowShape = {
  after_completion: hash({
    hosted_confirmation: hash({ custom_message: text(500) }),
    redirect: hash({ return_url: required(text()) }),
    type: required(oneOf('hosted_confirmation', 'portal_homepage', 'redirect')),
  }),
  subscription_cancel: hash({
    retention: hash({
      coupon_offer: required(hash({ coupon: required(text()) })),
      type: required(oneOf('coupon_offer')),
    }),
    subscription: required(text()),
  }),
  subscription_pause: hash({ subscription: required(text()) }),
  subscription_update: hash({ subscription: required(text()) }),
  subscription_update_confirm: hash({
    discounts: list(hash({ coupon: text(), promotion_code: text() }), 1),
    items: required(list(hash({ id: required(text()), price: text(), quantity: integer(0, 999_999) }), 1)),
    subscription: required(text()),
  }),
  type: required(
    oneOf(
      'customer_update',
      'payment_method_update',
      'subscription_cancel',
      'subscription_pause',
      'subscription_update',
      'subscription_update_confirm',
    ),
  ),
}

/** `flow_data` of a portal session: the one thing that the customer is led to. */
export const flowParam = hash(flowShape)

type FlowParams = Params<typeof flowShape>

/** The feature that each flow needs to be on (docs.stripe.com/customer-management/portal-deep-links). */
const FEATURE_OF_FLOW = {
  customer_update: 'customer_update',
  payment_method_update: 'payment_method_update',
  subscription_cancel: 'subscription_cancel',
  subscription_pause: 'subscription_pause',
  subscription_update: 'subscription_update',
  subscription_update_confirm: 'subscription_update',
} as const

/**
 * The flow of a new session.
 * @throws StripeError 400 where the configuration does not allow it or the subscription is not this customer's.
 */
export function flowOf(
  account: Account,
  customer: Customer,
  configuration: PortalConfiguration,
  given: FlowParams,
): Flow {
  const feature = FEATURE_OF_FLOW[given.type]
  if (!configuration.features[feature].enabled) {
    throw refused(
      `This flow needs the feature ${feature}, which is off in the portal configuration ${configuration.id}.`,
      'flow_data[type]',
    )
  }
  const subscription = subscriptionOf(account, customer, given)
  if (given.type === 'subscription_update_confirm') {
    checkItems(account, configuration, subscription, given.subscription_update_confirm?.items ?? [])
  }
  return {
    after_completion: afterCompletion(given.after_completion),
    customer_update: given.type === 'customer_update' ? {} : null,
    subscription_cancel:
      given.type === 'subscription_cancel' && subscription
        ? {
            retention: retentionOf(account, given.subscription_cancel?.retention),
            subscription: subscription.id,
          }
        : null,
    subscription_pause:
      given.type === 'subscription_pause' && subscription ? { subscription: subscription.id } : null,
    subscription_update:
      given.type === 'subscription_update' && subscription ? { subscription: subscription.id } : null,
    subscription_update_confirm: confirmationOf(given),
    type: given.type,
  }
}

function subscriptionOf(account: Account, customer: Customer, given: FlowParams): Subscription | null {
  if (given.type === 'customer_update' || given.type === 'payment_method_update') return null
  const at = `flow_data[${given.type}]`
  const id = given[given.type]?.subscription
  if (id === undefined) throw parameterMissing(at)
  const subscription = account.need(account.state.subscriptions, id, `${at}[subscription]`)
  if (subscription.customer !== customer.id) throw noSuch('subscription', id, `${at}[subscription]`)
  if (subscription.ended_at !== null) {
    throw refused(
      `The subscription ${id} is ${subscription.status} and cannot be changed.`,
      `${at}[subscription]`,
    )
  }
  return subscription
}

function checkItems(
  account: Account,
  configuration: PortalConfiguration,
  subscription: Subscription | null,
  items: readonly { id: string; price?: string; quantity?: number }[],
): void {
  const { subscription_update: update } = configuration.features
  const offered = (update.products ?? []).flatMap((each) => each.prices)
  for (const [index, item] of items.entries()) {
    const at = `flow_data[subscription_update_confirm][items][${index}]`
    const current = subscription?.items.data.find((each) => each.id === item.id)
    if (current === undefined) throw noSuch('subscription_item', item.id, `${at}[id]`)
    if (item.price !== undefined) {
      account.need(account.state.prices, item.price, `${at}[price]`)
      if (!offered.includes(item.price)) {
        throw refused(
          `The price ${item.price} is not among the products of the portal configuration.`,
          `${at}[price]`,
        )
      }
    }
    if (item.quantity === undefined || item.quantity === current.quantity) continue
    const bounds = quantityBounds(update, item.price ?? current.price.id)
    if (bounds === null || item.quantity < bounds.minimum || item.quantity > bounds.maximum) {
      throw refused(
        `The quantity ${item.quantity} is not among those that the portal configuration allows.`,
        `${at}[quantity]`,
      )
    }
  }
}

function retentionOf(
  account: Account,
  given: { coupon_offer: { coupon: string }; type: 'coupon_offer' } | undefined,
): NonNullable<Flow['subscription_cancel']>['retention'] {
  if (given === undefined) return null
  const at = 'flow_data[subscription_cancel][retention][coupon_offer][coupon]'
  const coupon = validCoupon(account, given.coupon_offer.coupon, at)
  return { coupon_offer: { coupon: coupon.id }, type: given.type }
}

function afterCompletion(given: FlowParams['after_completion']): Flow['after_completion'] {
  const type = given?.type ?? 'portal_homepage'
  const at = 'flow_data[after_completion]'
  if (type === 'redirect' && given?.redirect === undefined) throw parameterMissing(`${at}[redirect]`)
  return {
    hosted_confirmation:
      type === 'hosted_confirmation'
        ? { custom_message: given?.hosted_confirmation?.custom_message ?? null }
        : null,
    redirect: type === 'redirect' && given?.redirect ? { return_url: given.redirect.return_url } : null,
    type,
  }
}

function confirmationOf(given: FlowParams): Flow['subscription_update_confirm'] {
  const confirm = given.subscription_update_confirm
  if (given.type !== 'subscription_update_confirm' || confirm === undefined) return null
  return {
    discounts:
      confirm.discounts?.map((each) => ({
        coupon: each.coupon ?? null,
        promotion_code: each.promotion_code ?? null,
      })) ?? null,
    items: confirm.items.map((each) => ({
      id: each.id,
      price: each.price ?? null,
      ...(each.quantity === undefined ? {} : { quantity: each.quantity }),
    })),
    subscription: confirm.subscription,
  }
}
