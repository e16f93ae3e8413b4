import { actOnMoney, takeMoney } from './money-life.ts'
import type { ModelInvoice, ModelSubscription } from './objects.ts'
import type { SourceTimeline } from './SourceTimeline.ts'
import { type Act, isMoneyAct, type SUBSCRIPTION_ACTS } from './spec.ts'

const DAY = 86_400
const MONTH = 30 * DAY
const YEAR = 365 * DAY
const TRIAL = 14 * DAY
const AMOUNT = 1_900
/** A renewal's invoice is a draft for an hour. */
const DRAFT_SECONDS = 3_600
const INCOMPLETE_SECONDS = 23 * 3_600

/** The statuses that Stripe lets no other follow. */
const TERMINAL = ['canceled', 'incomplete_expired']

/** A subscription from its Checkout session on. */
export function liveSubscription(line: SourceTimeline): void {
  const { start, namesUser } = line.spec
  const metadata = line.metadata(namesUser)
  const trialEnd = start === 'trialing' ? line.now + TRIAL : null
  const subscription: ModelSubscription = {
    kind: 'subscription',
    id: line.id('sub'),
    customer: line.user.customerId,
    metadata,
    status: start === 'trialing' || start === 'incomplete' ? start : 'active',
    items: [
      {
        id: line.id('si'),
        lookupKey: line.spec.lookupKey,
        quantity: line.spec.lookupKey.includes('team') ? 3 : 1,
        periodStart: line.now,
        periodEnd: trialEnd ?? line.now + lengthOf(line.spec.lookupKey),
      },
    ],
    cancelAt: null,
    cancelAtPeriodEnd: false,
    endedAt: null,
    trialEnd,
    pauseCollection: false,
    created: line.now,
    statusSince: line.now,
  }
  line.put(subscription, 'customer.subscription.created')
  if (start === 'active') payInvoice(line, subscription, 'subscription_create')
  completeSession(line, subscription)
  line.close()
  for (const { act, gap } of line.spec.life) {
    line.now += gap
    actOnSubscription(line, act)
    line.close()
  }
}

function lengthOf(lookupKey: string): number {
  return lookupKey.includes('yearly') ? YEAR : MONTH
}

function completeSession(line: SourceTimeline, subscription: ModelSubscription): void {
  line.put(
    {
      kind: 'checkout_session',
      id: line.id('cs'),
      mode: 'subscription',
      status: 'complete',
      paymentStatus: subscription.status === 'active' ? 'paid' : 'unpaid',
      customer: line.user.customerId,
      clientReferenceId: line.user.userId,
      subscription: subscription.id,
      paymentIntent: null,
      amountTotal: AMOUNT,
      created: line.now,
      metadata: line.metadata(true),
    },
    'checkout.session.completed',
  )
}

/** The invoice of a renewal that was not paid, while there is one. */
function openInvoice(line: SourceTimeline): ModelInvoice | undefined {
  return line.get('invoice').find(({ status }) => status === 'open')
}

function payInvoice(
  line: SourceTimeline,
  subscription: ModelSubscription,
  billingReason: ModelInvoice['billingReason'],
): void {
  const invoice = openInvoice(line) ?? writeInvoice(line, subscription, billingReason)
  if (invoice === undefined) return
  takeMoney(line, AMOUNT, invoice.id, invoice.paymentIntent)
  line.put(
    {
      kind: 'invoice_payment',
      id: line.id('inpay'),
      invoice: invoice.id,
      paymentIntent: invoice.paymentIntent,
      amountPaid: AMOUNT,
      paidAt: line.now,
    },
    'invoice_payment.paid',
  )
  line.put({ ...invoice, status: 'paid' }, 'invoice.paid')
}

function failToPayInvoice(line: SourceTimeline, subscription: ModelSubscription): void {
  const invoice = writeInvoice(line, subscription, 'subscription_cycle')
  if (invoice !== undefined) line.put(invoice, 'invoice.payment_failed')
}

function writeInvoice(
  line: SourceTimeline,
  { id, customer, metadata, items: [item] }: ModelSubscription,
  billingReason: ModelInvoice['billingReason'],
): ModelInvoice | undefined {
  if (item === undefined) return undefined
  const { periodStart, periodEnd } = item
  return {
    kind: 'invoice',
    id: line.id('in'),
    subscription: id,
    customer,
    status: 'open',
    billingReason,
    amount: AMOUNT,
    periodStart,
    periodEnd,
    created: line.now,
    paymentIntent: line.id('pi'),
    metadata,
  }
}

function update(line: SourceTimeline, patch: Partial<ModelSubscription>, type?: string): ModelSubscription {
  const [subscription] = line.get('subscription')
  if (subscription === undefined) throw new Error('a subscription that was never made')
  const changesStatus = patch.status !== undefined && patch.status !== subscription.status
  return line.put(
    { ...subscription, ...patch, statusSince: changesStatus ? line.now : subscription.statusSince },
    type ?? 'customer.subscription.updated',
  )
}

function nextPeriod(line: SourceTimeline, subscription: ModelSubscription): ModelSubscription['items'] {
  // Stripe renews at the period's end, never before.
  const end = Math.max(...subscription.items.map(({ periodEnd }) => periodEnd))
  line.now = Math.max(line.now, end)
  return subscription.items.map((item) => ({
    ...item,
    periodStart: line.now,
    periodEnd: line.now + lengthOf(item.lookupKey),
  }))
}

type Life = (line: SourceTimeline, subscription: ModelSubscription) => void

const isRunning = ({ status }: ModelSubscription) => status === 'active' || status === 'past_due'
const renews = ({ status, cancelAtPeriodEnd }: ModelSubscription) => status === 'active' && !cancelAtPeriodEnd

/** What each word of a subscription's life does; where it is not possible, nothing. */
const LIFE: Record<(typeof SUBSCRIPTION_ACTS)[number], Life> = {
  renew: (line, subscription) => {
    if (!renews(subscription)) return
    payInvoice(line, update(line, { items: nextPeriod(line, subscription) }), 'subscription_cycle')
  },
  renewal_fails: (line, subscription) => {
    if (!renews(subscription)) return
    update(line, { items: nextPeriod(line, subscription) })
    line.close()
    line.now += DRAFT_SECONDS
    failToPayInvoice(line, update(line, { status: 'past_due' }))
  },
  recover: (line, { status }) => {
    if (status !== 'past_due' && status !== 'unpaid') return
    payInvoice(line, update(line, { status: 'active' }), 'subscription_cycle')
  },
  give_up_unpaid: (line, { status }) => {
    if (status === 'past_due') update(line, { status: 'unpaid' })
  },
  cancel_at_period_end: (line, subscription) => {
    if (isRunning(subscription) || subscription.status === 'trialing')
      update(line, { cancelAtPeriodEnd: true })
  },
  keep: (line, { cancelAtPeriodEnd }) => {
    if (cancelAtPeriodEnd) update(line, { cancelAtPeriodEnd: false })
  },
  cancel_now: (line) => {
    update(line, { status: 'canceled', endedAt: line.now }, 'customer.subscription.deleted')
  },
  pause: (line, subscription) => {
    if (subscription.status !== 'active') return
    // The items' period ends at the moment of the pause.
    const items = subscription.items.map((item) => ({ ...item, periodEnd: line.now }))
    line.say('customer.subscription.paused', update(line, { status: 'paused', items }))
  },
  resume: (line, subscription) => {
    if (subscription.status !== 'paused') return
    const resumed = update(line, { status: 'active', items: nextPeriod(line, subscription) })
    line.say('customer.subscription.resumed', resumed)
  },
  pause_collection: (line, subscription) => {
    if (isRunning(subscription)) update(line, { pauseCollection: true })
  },
  resume_collection: (line, { pauseCollection }) => {
    if (pauseCollection) update(line, { pauseCollection: false })
  },
  change_plan: (line, subscription) => {
    if (isRunning(subscription)) update(line, { items: otherPlan(subscription) })
  },
  upgrade: (line, subscription) => {
    // What is paid at once for the rest of a month proves no month paid.
    if (subscription.status === 'active' && openInvoice(line) === undefined)
      payInvoice(line, update(line, { items: otherPlan(subscription) }), 'subscription_update')
  },
  change_quantity: (line, subscription) => {
    if (!isRunning(subscription)) return
    update(line, { items: subscription.items.map((item) => ({ ...item, quantity: 1 })) })
  },
  end_trial: (line, subscription) => {
    if (subscription.status !== 'trialing') return
    const items = nextPeriod(line, subscription)
    payInvoice(line, update(line, { status: 'active', items }), 'subscription_cycle')
  },
  pay_first_invoice: (line, { status }) => {
    if (status !== 'incomplete') return
    payInvoice(line, update(line, { status: 'active' }), 'subscription_create')
  },
  expire_incomplete: (line, { status, created }) => {
    if (status !== 'incomplete') return
    line.now = Math.max(line.now, created + INCOMPLETE_SECONDS)
    update(line, { status: 'incomplete_expired', endedAt: line.now })
  },
  touch_metadata: (line, { metadata }) => {
    update(line, { metadata: { ...metadata, note: line.id('note') } })
  },
}

function actOnSubscription(line: SourceTimeline, act: Act): void {
  const [subscription] = line.get('subscription')
  if (subscription === undefined) return
  if (isMoneyAct(act)) actOnMoney(line, act)
  else if (isSubscriptionAct(act) && !TERMINAL.includes(subscription.status)) LIFE[act](line, subscription)
}

function isSubscriptionAct(act: Act): act is (typeof SUBSCRIPTION_ACTS)[number] {
  return Object.hasOwn(LIFE, act)
}

function otherPlan(subscription: ModelSubscription): ModelSubscription['items'] {
  return subscription.items.map((item) => ({
    ...item,
    lookupKey: item.lookupKey.includes('team') ? 'tollgate_pro_monthly_v1' : 'tollgate_team_monthly_v1',
  }))
}
