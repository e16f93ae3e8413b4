/**
 * What Stripe's final objects imply, written from Stripe's documents and the policy's defaults alone: it shares no
 * code with the app, and it knows the whole truth at once, where the app hears of it in pieces and in any order.
 */
import type {
  History,
  ModelCharge,
  ModelDispute,
  ModelInvoice,
  ModelObject,
  ModelRefund,
  ModelSession,
  ModelSubscription,
} from './objects.ts'

const DAY = 86_400
const RENEWAL_SLACK = 3 * DAY
const PAST_DUE_GRACE = 7 * DAY
const PASS = 30 * DAY

/** What one source gives: plan and quantity until an end (null: for life), unless it is held. */
export interface Grant {
  readonly source: string
  readonly plan: string
  readonly quantity: number
  readonly end: number | null
  readonly held: boolean
}

/** Every grant that a user's final objects imply. Instants in whole seconds. */
export function grantsOf(history: History, customerId: string): Grant[] {
  const objects = [...history.finalObjects.values()]
  const of = <Kind extends ModelObject['kind']>(kind: Kind) =>
    objects.filter((object) => object.kind === kind) as Extract<ModelObject, { kind: Kind }>[]
  const money = { charges: of('charge'), refunds: of('refund'), disputes: of('dispute') }
  const subscriptions = of('subscription')
    .filter(({ customer }) => customer === customerId)
    .flatMap((subscription) => grantsOfSubscription(subscription, of('invoice'), money))
  const sessions = of('checkout_session').filter(
    ({ customer, mode }) => customer === customerId && mode === 'payment',
  )
  const bought = sessions.flatMap((session) => purchaseOf(session, history, money))
  return [
    ...subscriptions,
    ...bought.filter(({ isPass }) => !isPass),
    ...endToEnd(bought.filter(({ isPass }) => isPass)),
  ]
}

/** A one-time purchase, with the moment of its payment. */
interface Purchase extends Grant {
  readonly isPass: boolean
  readonly paidAt: number
}

/** Two passes of 30 days are 60: each begins where the one before it ends. One that was taken back gives no time. */
function endToEnd(passes: readonly Purchase[]): Grant[] {
  let reached = 0
  return passes
    .toSorted((a, b) => a.paidAt - b.paidAt || (a.source < b.source ? -1 : 1))
    .map((pass) => {
      if (!pass.held) reached = Math.max(reached, pass.paidAt) + PASS
      return { ...pass, end: reached }
    })
}

interface Money {
  readonly charges: readonly ModelCharge[]
  readonly refunds: readonly ModelRefund[]
  readonly disputes: readonly ModelDispute[]
}

function grantsOfSubscription(
  subscription: ModelSubscription,
  allInvoices: readonly ModelInvoice[],
  money: Money,
): Grant[] {
  const invoices = allInvoices.filter(
    (invoice) => invoice.subscription === subscription.id && invoice.status === 'paid',
  )
  const monthsPaid = invoices.filter(({ billingReason }) => billingReason !== 'subscription_update')
  const held = invoices
    .filter(({ id }) => isTakenBack(id, money))
    .some((taken) => !monthsPaid.some(({ periodEnd }) => periodEnd > taken.periodEnd))
  return subscription.items.flatMap((item) => {
    const end = endOfItem(subscription, item.periodEnd)
    if (end === null) return []
    const plan = item.lookupKey.includes('team') ? 'team' : 'pro'
    return [{ source: subscription.id, plan, quantity: item.quantity, end, held }]
  })
}

/** When a subscription's item stops to give access; null where it gives none at all. */
function endOfItem(subscription: ModelSubscription, periodEnd: number): number | null {
  const cancellation =
    subscription.cancelAt ??
    (subscription.cancelAtPeriodEnd ? Math.min(...subscription.items.map((item) => item.periodEnd)) : null)
  switch (subscription.status) {
    case 'active':
      return cancellation ?? periodEnd + RENEWAL_SLACK
    case 'trialing':
      return cancellation ?? (subscription.trialEnd ?? 0) + RENEWAL_SLACK
    case 'past_due':
      return Math.min(cancellation ?? Number.POSITIVE_INFINITY, subscription.statusSince + PAST_DUE_GRACE)
    default:
      return null
  }
}

function purchaseOf(session: ModelSession, history: History, money: Money): Purchase[] {
  if (session.paymentStatus === 'unpaid') return []
  const isPass = session.metadata.tollgate_lookup_key === 'tollgate_pass_30_days_v1'
  const paidAt = history.moments.find(({ changed }) =>
    changed.some(
      (object) =>
        object.kind === 'checkout_session' && object.id === session.id && object.paymentStatus !== 'unpaid',
    ),
  )?.at
  if (paidAt === undefined) return []
  return [
    {
      source: session.paymentIntent ?? session.id,
      plan: isPass ? 'pass' : 'lifetime',
      quantity: 1,
      isPass,
      paidAt,
      end: null,
      held: isTakenBack(session.id, money),
    },
  ]
}

/** Whether the money that was paid for this was refunded in full, or is disputed and not won back. */
function isTakenBack(paidFor: string, { charges, refunds, disputes }: Money): boolean {
  return charges
    .filter((charge) => charge.paidFor === paidFor)
    .some((charge) => {
      const refunded = refunds
        .filter(
          ({ status, ...refund }) =>
            refund.charge === charge.id && status !== 'failed' && status !== 'canceled',
        )
        .reduce((sum, { amount }) => sum + amount, 0)
      const disputed = disputes.some(
        (dispute) =>
          dispute.charge === charge.id && ['needs_response', 'under_review', 'lost'].includes(dispute.status),
      )
      return refunded >= charge.amount || disputed
    })
}

/** What the user may use at `at` (milliseconds): `plan x quantity` of every source that gives access, sorted. */
export function accessAt(grants: readonly Grant[], at: number): string[] {
  return grants
    .filter(({ end, held }) => !held && (end === null || at < end * 1000))
    .map(({ source, plan, quantity }) => `${source} ${plan} x${quantity}`)
    .sort()
}
