import { chromium } from 'playwright-core'
import Stripe from 'stripe'
import { createStripeSandbox } from '#src/sandbox/stripe/server.ts'

const sb = await createStripeSandbox({ port: 4242 })
const stripe = new Stripe(sb.secretKey, { host: '127.0.0.1', port: sb.port, protocol: 'http' })
const price = async (k: string) => (await stripe.prices.list({ lookup_keys: [k] })).data[0]!.id
const coupon = await stripe.coupons.create({ percent_off: 20, duration: 'once' })
await stripe.promotionCodes.create({ promotion: { type: 'coupon', coupon: coupon.id }, code: 'SPRING' })
const c = await stripe.customers.create({ email: 'ada@example.com', name: 'Ada Lovelace' })
const mk = (p: any) =>
  stripe.checkout.sessions.create({
    success_url: sb.url + '/?ok={CHECKOUT_SESSION_ID}',
    cancel_url: sb.url + '/',
    ...p,
  })
const sub = await mk({
  mode: 'subscription',
  line_items: [{ price: await price('tollgate_pro_monthly_v1'), quantity: 1 }],
  allow_promotion_codes: true,
})
const trial = await mk({
  mode: 'subscription',
  customer: c.id,
  line_items: [{ price: await price('tollgate_team_yearly_v1'), quantity: 5 }],
  subscription_data: { trial_period_days: 14 },
})
const paid = await mk({
  mode: 'subscription',
  customer: c.id,
  line_items: [{ price: await price('tollgate_pro_monthly_v1'), quantity: 1 }],
})
sb.pay(paid.id)
const portal = await stripe.billingPortal.sessions.create({ customer: c.id, return_url: sb.url + '/' })
const b = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
})
for (const scheme of ['light', 'dark'] as const)
  for (const width of [360, 1280]) {
    const page = await b.newPage({ viewport: { width, height: 800 }, colorScheme: scheme })
    const shot = (n: string) =>
      page.screenshot({ path: `/tmp/shots-sb/${n}-${width}-${scheme}.png`, fullPage: true })
    await page.goto(sub.url!)
    await page.getByRole('button', { name: /Declined/ }).click()
    await page.getByRole('button', { name: 'Subscribe' }).click()
    await shot('declined')
    await page.goto(trial.url!)
    await shot('trial')
    await page.goto(trial.url!)
    await page.getByRole('button', { name: /Asks to confirm/ }).click()
    await page.getByRole('button', { name: 'Start trial' }).click()
    await shot('confirm')
    await page.goto(portal.url)
    await shot('portal')
    await page.goto(sb.url + '/')
    await shot('index')
    console.log(await page.evaluate(() => document.documentElement.scrollWidth), width)
    await page.goto(sub.url!)
    console.log(await page.evaluate(() => document.documentElement.scrollWidth), width)
    await page.close()
  }
await b.close()
await sb.close()
