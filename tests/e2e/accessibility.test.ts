import AxeBuilder from '@axe-core/playwright'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApp, type TestApp } from '../support/app.ts'
import { openPage, startBrowser } from '../support/browser.ts'
import { buyPro, choosePro, signUp } from './steps.ts'

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

/** What axe finds on a page, a sentence each: the rule and the first element that breaks it. */
async function findings(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.map(({ id, nodes }) => `${new URL(page.url()).pathname}: ${id}: ${nodes[0]?.html}`)
}

async function findingsOn(page: Page, paths: readonly string[]): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    await page.goto(path)
    found.push(...(await findings(page)))
  }
  return found
}

const NARROW = { width: 360, height: 740 }

describe('every page', () => {
  it.each([
    ['light', 'wide', undefined],
    ['dark', 'wide', undefined],
    ['light', 'narrow', NARROW],
  ] as const)(
    'can be used by everybody who is not signed in: %s, %s',
    async (colorScheme, _width, viewport) => {
      const page = await openPage(browser, app.appUrl, { colorScheme, ...(viewport && { viewport }) })

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
    },
  )

  it.each(['light', 'dark'] as const)(
    'can be used by everybody who has signed in: %s',
    async (colorScheme) => {
      const page = await openPage(browser, app.appUrl, { colorScheme })
      await signUp(page)

      expect(
        await findingsOn(page, ['/insights', '/pricing', '/account/billing', '/checkout/cancelled']),
      ).toEqual([])
    },
  )

  it.each(['light', 'dark'] as const)('can be used by everybody who has bought: %s', async (colorScheme) => {
    const page = await openPage(browser, app.appUrl, { colorScheme })
    await buyPro(page)

    const success = await findings(page)

    expect([...success, ...(await findingsOn(page, ['/insights', '/pricing', '/account/billing']))]).toEqual(
      [],
    )
  })

  it("and Stripe's stand-in too", async () => {
    const page = await openPage(browser, app.appUrl)
    await signUp(page)
    await choosePro(page)

    expect(await findings(page)).toEqual([])
  })

  it('fits a screen of 360 pixels without scrolling sideways', async () => {
    const page = await openPage(browser, app.appUrl, { viewport: NARROW })
    await signUp(page)
    const tooWide: string[] = []
    for (const path of ['/', '/pricing', '/insights', '/account/billing']) {
      await page.goto(path)
      const width = await page.evaluate(() => document.documentElement.scrollWidth)
      tooWide.push(...(width > NARROW.width ? [`${path}: ${width}`] : []))
    }

    expect(tooWide).toEqual([])
  })
})
