import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { type Visitor, visitorOf } from './visitor.ts'

let shop: Shop
let visitor: Visitor

beforeAll(async () => {
  shop = await openShop()
  visitor = visitorOf(shop.sandbox)
})
afterAll(() => shop.sandbox.close())

const newest = (type: string) => shop.event(type)

/** What the control API says of the faults that are set. */
async function faults(): Promise<{ faults: { id: string }[] }> {
  const response = await fetch(`${shop.sandbox.url}/_sandbox/faults`)
  return (await response.json()) as { faults: { id: string }[] }
}

describe('every part of the dashboard', () => {
  it.each([
    '/',
    '/dashboard/customers',
    '/dashboard/subscriptions',
    '/dashboard/invoices',
    '/dashboard/payments',
    '/dashboard/products',
    '/dashboard/events',
    '/dashboard/webhooks',
    '/dashboard/faults',
    '/dashboard/requests',
    '/dashboard/state',
    '/dashboard/search',
  ])('%s says that no money moves, shows the clock and the way to the next renewal', async (path) => {
    const { status, text } = await visitor.open(path)

    expect(status).toBe(200)
    expect(text).toContain('Sandbox: no money moves')
    expect(text).toContain('Advance to next renewal')
    expect(text).toContain('UTC')
  })

  it('answers 404 for what does not exist', async () => {
    const paths = ['customers/cus_x', 'subscriptions/sub_x', 'events/evt_x', 'objects/pm_x', 'nothing']
    const statuses = await Promise.all(
      paths.map(async (path) => (await visitor.open(`/dashboard/${path}`)).status),
    )

    expect(statuses).toEqual(paths.map(() => 404))
  })
})

describe('one object', () => {
  it('a customer is shown with everything that is hers', async () => {
    const subscription = await shop.subscribe()

    const { text } = await visitor.open(`/dashboard/customers/${subscription.customer}`)

    expect(text).toContain(subscription.id)
    expect(text).toContain('Visa •••• 4242')
    expect(text).toContain('customer.subscription.created')
  })

  it('a subscription has a picture: its status, its periods, its invoices, its events, and now', async () => {
    const subscription = await shop.subscribe()
    await shop.sandbox.advance({ to_next_renewal: true })
    await shop.sandbox.advance({ seconds: 7200 })

    const { html } = await visitor.open(`/dashboard/subscriptions/${subscription.id}`)

    expect(html).toMatch(/<rect class="bar active"/)
    expect(html.match(/<rect class="bar period/g)).toHaveLength(2)
    expect(html.match(/<rect class="invoice paid"/g)).toHaveLength(2)
    expect(html).toMatch(/<circle class="event"/)
    expect(html).toContain('>now</text>')
  })

  it('an event is shown with what it changed and each try to deliver it', async () => {
    const subscription = await shop.subscribe()
    await shop.stripe.subscriptions.update(subscription.id, { cancel_at_period_end: true })

    const { text } = await visitor.open(`/dashboard/events/${newest('customer.subscription.updated').id}`)

    expect(text).toContain('What changed')
    expect(text).toContain('"cancel_at_period_end": false')
    expect(text).toContain('Delivery attempts')
  })

  it("a webhook endpoint's secret is shown only where it is asked for", async () => {
    const { id, secret } = await shop.stripe.webhookEndpoints.create({
      url: `${shop.sandbox.url}/nowhere`,
      enabled_events: ['customer.created'],
    })

    const page = await visitor.open(`/dashboard/webhooks/${id}`)
    const asked = await visitor.open(`/dashboard/webhooks/${id}?secret=show`)

    expect([page.text.includes(String(secret)), asked.text.includes(String(secret))]).toEqual([false, true])
  })
})

describe('the search', () => {
  it('leads from any id to its object', async () => {
    const subscription = await shop.subscribe()
    const [item] = subscription.items.data

    const toSubscription = await visitor.open(`/dashboard/search?q=${subscription.id}`)
    const toPrice = await visitor.open(`/dashboard/search?q=${item?.price.id}`)

    expect(toSubscription.location).toBe(`/dashboard/subscriptions/${subscription.id}`)
    expect(toPrice.location).toBe(`/dashboard/objects/${item?.price.id}`)
    expect((await visitor.open(String(toPrice.location))).text).toContain('"lookup_key"')
  })

  it('finds a customer by a part of the address, and shows words as words', async () => {
    await shop.stripe.customers.create({ email: 'grace@example.com' })

    const found = await visitor.open('/dashboard/search?q=GRACE')
    const hostile = await visitor.open(
      `/dashboard/search?q=${encodeURIComponent('<script>alert(1)</script>')}`,
    )

    expect(found.text).toContain('grace@example.com')
    expect(hostile.html).not.toContain('<script>alert')
  })
})

describe('the clock', () => {
  it('moves by a button and leads back to where the button was', async () => {
    const before = shop.sandbox.clock.offsetMs

    const { location } = await visitor.send('/clock', { by: '86400', return_to: '/dashboard/events?page=1' })

    expect(shop.sandbox.clock.offsetMs - before).toBe(86_400_000)
    expect(location).toMatch(/^\/dashboard\/events\?page=1&notice=\d+$/)
  })

  it.each(['https://evil.example/', '//evil.example/', '/\\evil.example'])(
    'leads nowhere but to its own pages: %s',
    async (path) => {
      const { location } = await visitor.send('/clock', { by: '1', return_to: path })

      expect(location).toMatch(/^\/\?notice=\d+$/)
    },
  )

  it('says why it does not move', async () => {
    const { text } = await visitor.sendAndFollow('/clock', { to: '2020-01-01T00:00' })

    expect(text).toContain('Time only moves forward')
  })
})

describe('the fault switches', () => {
  it('set a fault with a click, show how often it struck, and take it away', async () => {
    await visitor.send('/dashboard/faults', { switch: 'Fail before the effect, once' })
    const [armed] = (await faults()).faults
    await expect(shop.stripe.customers.create({ name: 'Ada' })).rejects.toMatchObject({ statusCode: 500 })
    await visitor.send('/dashboard/faults', { json: '{"kind": "down", "route": "/v1/nothing"}' })
    const page = await visitor.open('/dashboard/faults')
    const [left] = (await faults()).faults
    await visitor.send(`/dashboard/faults/${left?.id}/remove`)

    expect(armed).toMatchObject({ kind: 'status', status: 500, left: 1, struck: 0 })
    expect(page.text).toContain('{"route":"/v1/nothing"}')
    expect((await faults()).faults).toEqual([])
  })

  it('say what is wrong with a fault that is none', async () => {
    const unknown = await visitor.sendAndFollow('/dashboard/faults', { json: '{"kind": "fire"}' })
    const broken = await visitor.sendAndFollow('/dashboard/faults', { json: '{' })

    expect(unknown.text).toContain('kind')
    expect(broken.text).toContain('That is no JSON.')
    expect((await faults()).faults).toEqual([])
  })
})

describe('what a page does', () => {
  it('sends an event again', async () => {
    await shop.subscribe()
    const { text } = await visitor.sendAndFollow(`/dashboard/events/${newest('invoice.paid').id}/resend`, {
      times: '2',
    })

    expect(text).toContain('No enabled endpoint takes this.')
  })

  it('refunds a part of a payment', async () => {
    await shop.subscribe()
    const { id } = newest('payment_intent.succeeded').data.object as { id: string }

    const { text } = await visitor.sendAndFollow(`/dashboard/payments/${id}/refund`, { amount: '500' })

    expect(text).toContain('The refund is made.')
    const { data } = await shop.stripe.refunds.list({ payment_intent: id })
    expect(data.map(({ amount }) => amount)).toEqual([500])
  })

  it('opens the portal as a customer', async () => {
    const { id } = await shop.stripe.customers.create({ email: 'portal@example.com' })

    const { location } = await visitor.send(`/dashboard/customers/${id}/portal`)

    expect((await visitor.open(String(location))).text).toContain('Your billing')
  })

  it('forgets nothing unless somebody is sure', async () => {
    const customers = shop.sandbox.state.customers.size
    await visitor.send('/dashboard/state/reset')
    expect(shop.sandbox.state.customers.size).toBe(customers)

    await visitor.send('/dashboard/state/reset', { sure: 'yes' })

    expect(shop.sandbox.state.customers.size).toBe(0)
    expect(shop.sandbox.clock.offsetMs).toBe(0)
    expect(shop.sandbox.state.products.size).toBeGreaterThan(0)
  })
})

describe('a page of another site', () => {
  it.each([
    ['the clock', '/clock'],
    ['the dashboard', '/dashboard/state/reset'],
    ['the control API', '/_sandbox/reset'],
    ['the checkout page', '/c/pay/cs_test_x'],
    ['the portal', '/p/session/bps_x/details'],
  ])('cannot press a button of %s', async (_what, path) => {
    const foreign = { origin: 'https://evil.example' }
    const opaque = { origin: 'null' }

    const statuses = [
      (await visitor.send(path, { sure: 'yes', by: '60' }, foreign)).status,
      (await visitor.send(path, { sure: 'yes', by: '60' }, opaque)).status,
    ]

    expect(statuses).toEqual([403, 403])
  })

  it('can neither frame a page nor run anything in it', async () => {
    const { headers } = await fetch(shop.sandbox.url)
    const policy = headers.get('content-security-policy')

    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
  })
})
