import type { Browser } from 'playwright-core'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStripeSandbox, type StripeSandbox } from '#src/sandbox/stripe/server.ts'
import { openPage, startBrowser, tabTo } from '../support/browser.ts'
import { findingsOf, MANY_PAGES_MS } from '../support/page-findings.ts'

let sandbox: StripeSandbox
let stripe: Stripe
let browser: Browser
/** Every page that a person sees of the sandbox, by its path. */
let paths: readonly string[]

beforeAll(async () => {
  sandbox = await createStripeSandbox()
  const { host, port, secretKey } = sandbox
  stripe = new Stripe(secretKey, { host, port, protocol: 'http', telemetry: false })
  browser = await startBrowser()
  paths = await populate()
})

afterAll(async () => {
  await browser?.close()
  await sandbox?.close()
})

/** Somebody who has bought, another who is about to, and the pages about them. */
async function populate(): Promise<readonly string[]> {
  const { session } = sandbox.pay((await checkout()).id)
  const subscription = String(session.subscription)
  const customer = String(session.customer)
  const [invoice] = (await stripe.invoices.list({ customer })).data
  const [charge] = (await stripe.charges.list({ customer })).data
  await stripe.webhookEndpoints.create({ url: 'http://127.0.0.1:9/hook', enabled_events: ['payout.paid'] })
  const [event] = (await stripe.events.list({ type: 'customer.subscription.created' })).data
  const portal = await stripe.billingPortal.sessions.create({ customer })
  const home = new URL(portal.url).pathname
  return [
    '/',
    '/dashboard/events',
    '/dashboard/faults',
    '/dashboard/state',
    `/dashboard/customers/${customer}`,
    `/dashboard/subscriptions/${subscription}`,
    `/dashboard/events/${event?.id}`,
    '/dashboard/webhooks',
    '/dashboard/requests',
    `/dashboard/payments/${charge?.payment_intent}`,
    new URL(String((await checkout()).url)).pathname,
    new URL(String((await askingCheckout()).url)).pathname,
    home,
    `${home}/payment-method`,
    `${home}/subscriptions/${subscription}/update`,
    `${home}/subscriptions/${subscription}/cancel`,
    ...(await changingPages(customer, subscription)),
    `${home}/details`,
    `/invoices/${invoice?.id}`,
    `/receipts/${charge?.id}`,
  ]
}

/** The pages of a portal in which everything about a subscription may be changed. */
async function changingPages(customer: string, subscription: string): Promise<readonly string[]> {
  const [pro, yearly] = await Promise.all(['tollgate_pro_monthly_v1', 'tollgate_pro_yearly_v1'].map(priceOf))
  const { id: configuration } = await stripe.billingPortal.configurations.create({
    features: {
      subscription_pause: {
        enabled: true,
        duration: {
          type: 'interval_options',
          interval_options: [{ interval: 'week', interval_count: 2 }, { interval: 'month' }],
        },
      },
      subscription_update: {
        enabled: true,
        default_allowed_updates: ['price', 'quantity', 'promotion_code'],
        products: [
          {
            product: String(pro?.product),
            prices: [String(pro?.id), String(yearly?.id)],
            adjustable_quantity: { enabled: true, minimum: 1, maximum: 9 },
          },
        ],
        schedule_at_period_end: { conditions: [{ type: 'shortening_interval' }] },
      },
    },
  })
  const { url } = await stripe.billingPortal.sessions.create({ customer, configuration })
  const at = `${new URL(url).pathname}/subscriptions/${subscription}`
  return [
    `${at}/update`,
    `${at}/confirm?price=${yearly?.id}&quantity=3`,
    `${at}/confirm?price=${yearly?.id}&quantity_${yearly?.id}=10`,
    `${at}/confirm?price=${yearly?.id}&promotion_code=NONE`,
    `${at}/confirm?price=${pro?.id}`,
    `${at}/pause`,
  ]
}

async function priceOf(lookupKey: string): Promise<Stripe.Price | undefined> {
  const { data } = await stripe.prices.list({ lookup_keys: [lookupKey] })
  return data[0]
}

async function checkout(): Promise<Stripe.Checkout.Session> {
  const price = await priceOf('tollgate_pro_monthly_v1')
  const { id: customer } = await stripe.customers.create({ email: 'ada@example.com', name: 'Ada Lovelace' })
  return stripe.checkout.sessions.create({
    mode: 'subscription',
    customer,
    allow_promotion_codes: true,
    line_items: [{ price: String(price?.id), quantity: 1 }],
    success_url: `${sandbox.url}/dashboard/customers/${customer}`,
  })
}

/** A checkout that asks for everything that a session can ask. */
function askingCheckout(): Promise<Stripe.Checkout.Session> {
  const price = (name: string, unit_amount: number) => ({
    currency: 'eur',
    unit_amount,
    product_data: { name },
  })
  const rate = (display_name: string, amount: number) => ({
    shipping_rate_data: {
      display_name,
      type: 'fixed_amount' as const,
      fixed_amount: { amount, currency: 'eur' },
    },
  })
  const label = (custom: string) => ({ type: 'custom' as const, custom })
  return stripe.checkout.sessions.create({
    mode: 'payment',
    line_items: [
      {
        quantity: 2,
        price_data: price('A book about the theory of everything, second edition', 129_900),
        adjustable_quantity: { enabled: true },
      },
    ],
    billing_address_collection: 'required',
    branding_settings: { display_name: 'The bookshop' },
    cancel_url: sandbox.url,
    consent_collection: { promotions: 'auto', terms_of_service: 'required' },
    custom_fields: [
      { key: 'engraving', label: label('Engraving'), type: 'text' },
      {
        key: 'size',
        label: label('Size'),
        type: 'dropdown',
        dropdown: { options: [{ label: 'Large', value: 'l' }] },
      },
    ],
    name_collection: { business: { enabled: true, optional: true } },
    phone_number_collection: { enabled: true },
    shipping_address_collection: { allowed_countries: ['DE', 'US'] },
    shipping_options: [rate('Post', 490), rate('Courier', 1_290)],
    success_url: sandbox.url,
    tax_id_collection: { enabled: true },
  })
}

describe('every page of the sandbox', () => {
  it(
    'can be used by everybody and fits the screen, in light and dark, wide and narrow',
    async () => {
      const page = await openPage(browser, sandbox.url)
      const found: string[] = []
      for (const path of paths) {
        await page.goto(path)
        found.push(...(await findingsOf(page)))
      }

      expect(found).toEqual([])
    },
    MANY_PAGES_MS,
  )
})

describe('with the keyboard and without JavaScript', () => {
  it('the clock moves, and the page that it was moved from comes back', async () => {
    const page = await openPage(browser, sandbox.url, { javaScriptEnabled: false })
    await page.goto('/dashboard/events')

    await tabTo(page, page.getByRole('button', { name: 'Advance to next renewal' }))
    await page.keyboard.press('Enter')

    await page.getByText('events happened on the way').waitFor()
    expect(new URL(page.url()).pathname).toBe('/dashboard/events')
  })

  it('a card that asks is confirmed on the page of the bank', async () => {
    const page = await openPage(browser, sandbox.url, { javaScriptEnabled: false })
    await page.goto(String((await checkout()).url))
    await page.getByRole('button', { name: /^4000 0025 0000 3155/ }).click()
    await page.getByRole('button', { name: 'Subscribe' }).click()

    await page.getByRole('button', { name: 'Approve' }).click()

    await page.waitForURL(/\/dashboard\/customers\/cus_/)
    expect(await page.getByText('active').first().textContent()).toBe('active')
  })

  it('`/` goes to the search where there is JavaScript', async () => {
    const page = await openPage(browser, sandbox.url)
    await page.goto('/dashboard/products')

    await page.keyboard.press('/')
    await page.keyboard.type('ada@')
    await page.keyboard.press('Enter')

    await page.getByRole('rowheader', { name: 'ada@example.com' }).first().waitFor()
  })
})
