import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright-core'

/** Milliseconds: a test that looks at page after page takes its time. */
export const MANY_PAGES_MS = 600_000

export const WIDE = { width: 1280, height: 800 }
const NARROW = { width: 360, height: 740 }

/**
 * What keeps anybody from using the page that is open, a sentence each: what axe finds, wide and narrow, in light and
 * dark, and whether it scrolls sideways.
 */
export async function findingsOf(page: Page): Promise<string[]> {
  await page.setViewportSize(WIDE)
  const found = [...(await axe(page)), ...(await tooWide(page))]
  await page.emulateMedia({ colorScheme: 'dark' })
  // In the dark only the colours are others.
  found.push(...(await axe(page, ['color-contrast'])))
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(NARROW)
  found.push(...(await axe(page)), ...(await tooWide(page)))
  return found
}

/** The rule and the first element that breaks it. */
async function axe(page: Page, rules?: string[]): Promise<string[]> {
  // No page has frames, for which axe would open another page each time.
  const builder = new AxeBuilder({ page }).setLegacyMode()
  const { violations } = await (rules ? builder.withRules(rules) : builder).analyze()
  return violations.map(({ id, nodes }) => `${new URL(page.url()).pathname}: ${id}: ${nodes[0]?.html}`)
}

async function tooWide(page: Page): Promise<string[]> {
  const [wide = 0, room = 0] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ])
  return wide > room ? [`${page.url()}: ${wide} pixels in ${room}`] : []
}
