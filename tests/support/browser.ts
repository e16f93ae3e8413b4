import { type Browser, chromium, type Locator, type Page } from 'playwright-core'
import { findChromium } from '../../scripts/lib/machine.ts'

/** Milliseconds: no page of a local app is this slow, so a step that waits longer waits for nothing. */
const STEP_MS = 15_000

/** Starts the machine's own Chromium, with nothing that calls home. */
export async function startBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('This machine has no Chromium; CHROMIUM_PATH can name one')
  return chromium.launch({
    executablePath,
    headless: true,
    // As for people: a page may come back from the browser's memory just as it was left.
    ignoreDefaultArgs: ['--disable-back-forward-cache'],
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
}

/** How a page is looked at. */
export interface Look {
  readonly javaScriptEnabled?: boolean
  readonly colorScheme?: 'light' | 'dark'
  readonly viewport?: { readonly width: number; readonly height: number }
}

/** A page with cookies of its own. Nothing outside of this machine can be reached from it. */
export async function openPage(browser: Browser, baseURL: string, look: Look = {}): Promise<Page> {
  const context = await browser.newContext({ baseURL, locale: 'en-GB', ...look })
  context.setDefaultTimeout(STEP_MS)
  await context.route(
    (url) => url.hostname !== '127.0.0.1' && url.hostname !== 'localhost',
    (route) => route.abort(),
  )
  return context.newPage()
}

/** How many times Tab is pressed at most to reach something on one page. */
const TABS_MAX = 80

/** Presses Tab until `target` has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.waitFor()
  for (let presses = 0; presses < TABS_MAX; presses += 1) {
    if (await target.evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`${target} was not reached by ${TABS_MAX} times Tab`)
}
