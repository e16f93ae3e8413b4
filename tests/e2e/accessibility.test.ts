import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { findingsOf, MANY_PAGES_MS, WIDE } from '../support/page-findings.ts'
import { CARDS, choosePro, pay, signUp } from './steps.ts'

let app: TestApp
let browser: Browser

beforeAll(async () => {
  app = await startApp()
  browser = await startBrowser()
})

afterAll(async () => {
  await browser?.close()
  await app?.stop()
})

async function findingsOn(page: Page, paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    await page.goto(path)
    found.push(...(await findingsOf(page)))
  }
  return found
}

describe('every page can be used by everybody and fits the screen, in light and dark, wide and narrow', () => {
  it('for who is not signed in', { timeout: MANY_PAGES_MS }, async () => {
    const page = await openPage(browser, app.appUrl)

    expect(
      await findingsOn(page, [
        '/',
        '/pricing',
        '/pricing?interval=year',
        '/sign-in',
        '/sign-up',
        '/insights',
      ]),
    ).toEqual([])
  })

  it("for who has signed in, for who pays on the page of Stripe's stand-in, and for who has bought", {
    timeout: MANY_PAGES_MS,
  }, async () => {
    const page = await openPage(browser, app.appUrl)
    await signUp(page)
    const found = await findingsOn(page, ['/insights', '/pricing', '/account/billing', '/checkout/cancelled'])

    await page.setViewportSize(WIDE)
    await choosePro(page)
    found.push(...(await findingsOf(page)))

    await pay(page, CARDS.pays)
    await page.waitForURL(/\/checkout\/success/)
    found.push(...(await findingsOf(page)))

    found.push(...(await findingsOn(page, ['/insights', '/pricing', '/account/billing'])))
    expect(found).toEqual([])
  })
})
