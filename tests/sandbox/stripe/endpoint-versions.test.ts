import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { StripeFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type { StripeObjectKind } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import { factsOf } from '#src/features/billing/infrastructure/stripe/facts/facts-of.ts'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { openShop, type Shop } from './shop.ts'

const VERSIONS = ['2024-06-20', '2025-03-31.basil', '2026-10-28.endive'] as const
type Version = (typeof VERSIONS)[number]

let listener: LoopbackServer
let shop: Shop
const received: { version: string; event: Stripe.Event }[] = []

beforeAll(async () => {
  listener = await listenOnLoopback(async (request) => {
    const version = new URL(request.url).pathname.slice(1)
    received.push({ version, event: JSON.parse(await request.text()) })
    return new Response(null, { status: 200 })
  })
  shop = await openShop()
  for (const version of VERSIONS) {
    await shop.stripe.webhookEndpoints.create({
      url: `${listener.url}/${version}`,
      enabled_events: ['*'],
      api_version: version,
    })
  }
  const subscription = await shop.subscribe()
  await shop.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })
  await shop.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: false })
  await shop.sandbox.advance({ to_next_renewal: true })
  const [charge] = (await shop.stripe.charges.list({ limit: 1 })).data
  await shop.stripe.refunds.create({ charge: charge?.id ?? '' })
  await shop.sandbox.settle()
})
afterAll(async () => {
  await shop.sandbox.close()
  await listener.close()
})

const eventsAt = (version: Version, type: string) =>
  received.filter((each) => each.version === version && each.event.type === type).map(({ event }) => event)

const factsAt = (version: Version, type: string, kind: StripeObjectKind) =>
  eventsAt(version, type).map(({ data }) => factsOf(kind, data.object, data.previous_attributes ?? null))
const invoiceOf = (facts: StripeFacts) => (facts.kind === 'invoice' ? facts.invoice : {})

describe('an endpoint with a version of its own', () => {
  it.each(VERSIONS)('%s is sent events that say so', (version) => {
    const versions = received.filter((each) => each.version === version).map(({ event }) => event.api_version)

    expect(new Set(versions)).toEqual(new Set([version]))
  })

  it.each<[string, StripeObjectKind]>([
    ['charge.refunded', 'charge'],
    ['checkout.session.completed', 'checkout_session'],
    ['customer.subscription.created', 'subscription'],
    ['customer.subscription.updated', 'subscription'],
    ['invoice_payment.paid', 'invoice_payment'],
  ])('%s means the same to the app in every version', (type, kind) => {
    const [old, basil, newest] = VERSIONS.map((version) => factsAt(version, type, kind))

    expect(newest?.length).toBeGreaterThan(0)
    expect(newest).not.toContainEqual(expect.objectContaining({ kind: 'unreadable' }))
    expect(old).toEqual(newest)
    expect(basil).toEqual(newest)
  })

  it('an invoice means the same to the app, and names its payment only before 2025-03-31.basil', () => {
    const [old, basil, newest] = VERSIONS.map((version) => factsAt(version, 'invoice.paid', 'invoice'))

    expect(old).toMatchObject([{ invoice: { paymentId: expect.stringMatching(/^pi_/) } }])
    expect(newest).toMatchObject([{ invoice: { paymentId: null } }])
    expect(basil).toEqual(newest)
    expect(old?.map((facts) => ({ invoice: { ...invoiceOf(facts), paymentId: null } }))).toMatchObject(
      newest?.map((facts) => ({ invoice: invoiceOf(facts) })) ?? [],
    )
  })

  it('is told of a refund by `refund.created` since 2024-10-28 alone', () => {
    expect(eventsAt('2024-06-20', 'charge.refunded')).toHaveLength(1)
    expect(eventsAt('2024-06-20', 'refund.created')).toEqual([])
    expect(eventsAt('2025-03-31.basil', 'refund.created')).toHaveLength(1)
  })
})
