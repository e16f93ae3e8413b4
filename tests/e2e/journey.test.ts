import type { Browser } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { openPage, startBrowser, tabTo } from '../support/browser.ts'
import { buyPro, CARDS, choosePro, pay, paymentFields, signUp } from './steps.ts'

let app: TestApp
let browser: Browser

beforeAll(async () => {
  app = await startApp()
  browser = await startBrowser()
})

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()))
  await app.control.resumeDelivery()
})

afterAll(async () => {
  await browser?.close()
  await app?.stop()
})

const heading = (name: string | RegExp) => ['heading', { level: 1, name }] as const

describe('the journey of a buyer', () => {
  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('leads from an account over a payment to the gated page, %s', async (_how, javaScriptEnabled) => {
    const page = await openPage(browser, app.appUrl, { javaScriptEnabled })
    await signUp(page)
    expect(await page.getByRole('button', { name: 'Get Pro' }).count()).toBe(1)

    await choosePro(page)
    await pay(page, CARDS.pays)
    await page.waitForURL(/\/checkout\/success/)

    expect(await page.getByRole(...heading('Welcome to Pro')).textContent()).toBe('Welcome to Pro')
    await page.getByRole('link', { name: 'Open Insights' }).click()
    await page.waitForURL('/insights')
    await page.getByText('Sample workspace, the last twelve months').waitFor()
    expect(await page.getByRole('button', { name: 'Get Pro' }).count()).toBe(0)
  })

  it('shows the plan on the first render after the payment, although no webhook has come', async () => {
    const page = await openPage(browser, app.appUrl, { javaScriptEnabled: false })
    await signUp(page)
    await choosePro(page)
    await app.control.pauseDelivery()

    await pay(page, CARDS.pays)
    await page.waitForURL(/\/checkout\/success/)

    expect(await page.getByRole(...heading(/./)).textContent()).toBe('Welcome to Pro')
    const insights = page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Insights' })
    expect((await insights.textContent())?.trim()).toBe('Insights')
  })

  it('goes on after a declined card: it says why, and another card pays', async () => {
    const page = await openPage(browser, app.appUrl)
    await signUp(page)
    await choosePro(page)

    await pay(page, CARDS.isDeclined)
    await page.getByText('declined').first().waitFor()
    expect(page.url()).toMatch(/\/c\/pay\/cs_test_/)
    await pay(page, CARDS.pays)

    await page.waitForURL(/\/checkout\/success/)
  })

  it('comes back from Stripe without a payment to the plans, and nothing is open', async () => {
    const page = await openPage(browser, app.appUrl)
    await signUp(page)
    await choosePro(page)

    await page.goto('/checkout/cancelled')

    await page
      .getByText(/nothing was charged/i)
      .first()
      .waitFor()
    await page.goto('/insights')
    expect(await page.getByRole('button', { name: 'Get Pro' }).count()).toBe(1)
  })

  it('can be made with the keyboard alone', async () => {
    const page = await openPage(browser, app.appUrl)
    await signUp(page, '/pricing')
    const press = async (name: string) => {
      const target = page.getByRole('button', { name }).first()
      await tabTo(page, target)
      await page.keyboard.press('Enter')
    }

    await press('Get Pro')
    await page.waitForURL(/\/c\/pay\/cs_test_/)
    for (const [label, text] of paymentFields(CARDS.pays)) {
      await tabTo(page, page.getByLabel(label, { exact: true }))
      await page.keyboard.type(text)
    }
    await press('Subscribe')

    await page.waitForURL(/\/checkout\/success/)
    await page.getByRole(...heading('Welcome to Pro')).waitFor()
  })
})

describe('what a buyer cannot do', () => {
  it("is to open another person's payment: it looks like one that does not exist", async () => {
    const owner = await openPage(browser, app.appUrl)
    await buyPro(owner)
    const stranger = await openPage(browser, app.appUrl)
    await signUp(stranger)

    const foreign = await stranger.goto(owner.url())
    const foreignPage = await stranger.locator('main').textContent()
    const unknown = await stranger.goto('/checkout/success?session_id=cs_test_unknown')
    const unknownPage = await stranger.locator('main').textContent()

    expect([foreign?.status(), unknown?.status()]).toEqual([404, 404])
    expect(foreignPage).toBe(unknownPage)
  })

  it('is to buy the same plan twice: the plan is managed instead', async () => {
    const page = await openPage(browser, app.appUrl)
    await buyPro(page)

    await page.goto('/pricing')

    const card = page.getByRole('article', { name: 'Pro' })
    expect(await card.getByRole('button', { name: 'Get Pro' }).count()).toBe(0)
    expect(await card.getByText('Your plan').count()).toBe(1)
  })
})

describe('F46: back and forward', () => {
  it.each([
    ['the gated page', -3, '/insights', 'Sample workspace, the last twelve months'],
    ['the plans', -2, '/pricing', 'Your plan'],
  ])(
    'lead to %s with what is true now, although it was seen before the payment',
    async (_what, steps, path, now) => {
      const page = await openPage(browser, app.appUrl)
      await buyPro(page)

      await page.evaluate((by) => history.go(by), steps)
      await page.waitForURL(path)

      await page.getByText(now).first().waitFor()
      expect(await page.getByRole('button', { name: 'Get Pro' }).count()).toBe(0)
    },
  )
})
