import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { StripeObjects } from '#src/features/billing/infrastructure/stripe/StripeObjects.ts'
import { createStripeClient } from '#src/infrastructure/config/clients.ts'
import { listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { createStripeSandbox, type StripeSandbox } from '#src/sandbox/stripe/server.ts'
import { callsTo, forgetRequests } from '#tests/support/stripe-requests.ts'

let sandbox: StripeSandbox

beforeAll(async () => {
  sandbox = await createStripeSandbox()
})
afterAll(() => sandbox.close())
beforeEach(() => sandbox.reset())

function client(options: { deadlineMs?: number; retriesMax?: number } = {}): Stripe {
  const stripe = { secretKey: sandbox.secretKey, webhookSecrets: [], livemode: false, apiBase: sandbox.url }
  return createStripeClient(stripe, { retriesMax: 0, ...options })
}

const objects = (options = {}) => new StripeObjects(client(options))

/** A session for the plan of this price; the customer has not paid yet. */
async function openSession(lookupKey: string, mode: 'subscription' | 'payment') {
  const [price] = (await client().prices.list({ lookup_keys: [lookupKey] })).data
  const { id: customer } = await client().customers.create({})
  return client().checkout.sessions.create({
    mode,
    customer,
    line_items: [{ price: price?.id ?? '', quantity: 1 }],
    success_url: 'https://app.example.test',
  })
}

async function paidSubscription() {
  const { id } = await openSession('tollgate_pro_monthly_v1', 'subscription')
  sandbox.pay(id)
  const [subscription] = (await client().subscriptions.list()).data
  const [invoice] = (await client().invoices.list()).data
  const [payment] = (await client().invoicePayments.list()).data
  return {
    sessionId: id,
    subscription: subscription?.id ?? '',
    invoice: invoice?.id ?? '',
    payment: payment?.id ?? '',
  }
}

describe('each kind of object is read as it is now', () => {
  test('with the facts of an event, and the moment of the answer', async () => {
    const ids = await paidSubscription()
    expect(await objects().read('subscription', ids.subscription)).toEqual({
      answeredAt: expect.any(Number),
      facts: {
        kind: 'subscription',
        now: expect.objectContaining({ subscriptionId: ids.subscription, status: 'active' }),
        before: null,
      },
    })
    expect(await objects().read('checkout_session', ids.sessionId)).toMatchObject({
      facts: { kind: 'checkout_session', session: { sessionId: ids.sessionId, paymentStatus: 'paid' } },
    })
    expect(await objects().read('invoice', ids.invoice)).toMatchObject({
      facts: { kind: 'invoice', invoice: { invoiceId: ids.invoice, subscriptionId: ids.subscription } },
    })
    expect(await objects().read('invoice_payment', ids.payment)).toMatchObject({
      facts: { kind: 'invoice_payment', payment: { invoiceId: ids.invoice, paymentKind: 'payment_intent' } },
    })
  })

  test('a payment says whose it is and which invoices it paid', async () => {
    const { invoice, subscription } = await paidSubscription()
    const [intent] = (await client().paymentIntents.list()).data
    const paymentId = intent?.id ?? ''

    expect(await objects().readPayment(paymentId)).toMatchObject({
      facts: {
        paymentId,
        customerId: intent?.customer,
        invoices: [
          {
            invoice: { invoiceId: invoice, subscriptionId: subscription },
            payment: { paymentId, amountPaid: 1_900 },
          },
        ],
      },
    })
    expect(await objects().readPayment('pi_unknown')).toBeNull()
  })

  test('of a payment without a payment intent, its charge says it', async () => {
    await paidSubscription()
    const [charge] = (await client().charges.list()).data

    expect(await objects().readPayment(charge?.id ?? '')).toMatchObject({
      facts: { paymentId: charge?.id, invoices: [] },
    })
  })

  test('every refund of a payment, whichever half came first', async () => {
    await paidSubscription()
    const [intent] = (await client().paymentIntents.list()).data
    const paymentId = intent?.id ?? ''
    await client().refunds.create({ payment_intent: paymentId, amount: 900 })
    await client().refunds.create({ payment_intent: paymentId, amount: 1_000 })

    const { facts } = await objects().readRefunds(paymentId)

    expect(facts).toMatchObject({ kind: 'refunds', refunds: [{ paymentId }, { paymentId }] })
    expect(facts.kind === 'refunds' && facts.refunds.map(({ amount }) => amount).sort()).toEqual([1_000, 900])
  })

  test('a refund and a price by their ids', async () => {
    await paidSubscription()
    const [intent] = (await client().paymentIntents.list()).data
    const refund = await client().refunds.create({ payment_intent: intent?.id ?? '' })
    const [price] = (await client().prices.list({ lookup_keys: ['tollgate_pro_monthly_v1'] })).data

    expect(await objects().read('refund', refund.id)).toMatchObject({
      facts: { kind: 'refunds', refunds: [{ refundId: refund.id, amount: 1_900 }] },
    })
    expect(await objects().read('price', price?.id ?? '')).toMatchObject({
      facts: { kind: 'price', price: { lookupKey: 'tollgate_pro_monthly_v1', unitAmount: 1_900 } },
    })
    expect(await objects().read('dispute', 'du_unknown')).toBeNull()
    expect(await objects().read('fraud_warning', 'issfr_unknown')).toBeNull()
  })

  test('a customer without features has none', async () => {
    const { id } = await client().customers.create({})

    expect(await objects().readActiveFeatures(id)).toEqual([])
  })

  test('the moment of the answer is Stripe’s, not this machine’s', async () => {
    const { subscription } = await paidSubscription()
    await sandbox.advance({ seconds: 3_600 })
    const read = await objects().read('subscription', subscription)
    expect(Math.abs((read?.answeredAt ?? 0) - sandbox.clock.now)).toBeLessThanOrEqual(2)
  })

  test.each([
    ['subscription', 'sub_nobody'],
    ['checkout_session', 'cs_nobody'],
    ['invoice', 'in_nobody'],
    ['invoice_payment', 'inpay_nobody'],
  ] as const)('a %s that Stripe does not know is null', async (kind, id) => {
    expect(await objects().read(kind, id)).toBeNull()
  })

  test.each([500, 429, 409])('F78: an answer of %i is not "there is none"', async (status) => {
    const { subscription } = await paidSubscription()
    sandbox.addFault({ kind: 'status', status })
    await expect(objects().read('subscription', subscription)).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
  })

  test('a slow Stripe is given up on', async () => {
    sandbox.addFault({ kind: 'delay', delay_ms: 1_000 })
    await expect(objects({ deadlineMs: 100 }).read('subscription', 'sub_1')).rejects.toMatchObject({
      code: 'stripe_unavailable',
    })
  })
})

describe('a session is read with its subscription in one call', () => {
  test('of a subscription', async () => {
    const ids = await paidSubscription()
    await forgetRequests(sandbox)
    expect(await objects().readCheckout(ids.sessionId)).toEqual({
      answeredAt: expect.any(Number),
      facts: {
        session: expect.objectContaining({ sessionId: ids.sessionId, subscriptionId: ids.subscription }),
        subscription: expect.objectContaining({
          kind: 'subscription',
          now: expect.objectContaining({ subscriptionId: ids.subscription, status: 'active' }),
        }),
        livemode: false,
        url: null,
        amountTotal: 1900,
        currency: 'eur',
      },
    })
    expect(await callsTo(sandbox)).toEqual([`GET /v1/checkout/sessions/${ids.sessionId}`])
  })

  test('of a payment that is still open', async () => {
    const { id, url } = await openSession('tollgate_lifetime_v1', 'payment')
    expect(await objects().readCheckout(id)).toMatchObject({
      facts: {
        session: { status: 'open', paymentStatus: 'unpaid' },
        subscription: null,
        url,
        amountTotal: 49_000,
      },
    })
  })

  test.each([
    '',
    '.',
    '..',
    'cs_test_1/../../customers',
    'cs_test_1?expand[]=customer',
    'sub_1',
    `cs_${'a'.repeat(300)}`,
    'cs_test_\u0000',
  ])('%j is no session, and Stripe is not asked', async (sessionId) => {
    expect(await objects().readCheckout(sessionId)).toBeNull()
    expect(await callsTo(sandbox)).toEqual([])
  })

  test('one that Stripe does not know is null', async () => {
    expect(await objects().readCheckout('cs_test_nobody')).toBeNull()
  })
})

describe('an answer that is not Stripe’s', () => {
  /** A Stripe that answers everything alike. */
  async function readFrom(answer: () => Response) {
    const server = await listenOnLoopback(() => answer())
    const { hostname, port } = new URL(server.url)
    const stripe = new Stripe('sk_test_1', { host: hostname, port, protocol: 'http', maxNetworkRetries: 0 })
    try {
      return await new StripeObjects(stripe).readCheckout('cs_test_1')
    } finally {
      await server.close()
    }
  }

  test.each([
    ['a page of HTML', '<html></html>'],
    ['nothing', ''],
  ])('%s is Stripe being away', async (_, body) => {
    await expect(readFrom(() => new Response(body))).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
  })

  test('a session without an amount was made to set something up', async () => {
    const session = { id: 'cs_test_1', mode: 'setup', payment_status: 'no_payment_required', livemode: false }
    const answer = () => Response.json({ ...session, subscription: null, url: null })
    expect(await readFrom(answer)).toMatchObject({ facts: { amountTotal: 0, currency: '' } })
  })

  test('an answer whose Date is none cannot be ordered, so it is none', async () => {
    const session = { id: 'cs_test_1', mode: 'payment', payment_status: 'paid', subscription: null }
    const answer = () => Response.json(session, { headers: { date: 'yesterday' } })
    await expect(readFrom(answer)).rejects.toThrow('an answer of Stripe without a Date')
  })

  test('an object of another shape is no session', async () => {
    expect(await readFrom(() => Response.json({ id: 'cs_test_1', object: 'list', data: [] }))).toBeNull()
  })
})
