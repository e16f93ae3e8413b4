import { readFileSync } from 'node:fs'
import type { Browser } from 'playwright-core'

/** The scenes that the README shows, in the order in which a buyer meets them. */
const JOURNEY = ['paywall', 'pricing', 'stripe-checkout', 'insights'] as const

/** What lies behind and around the pictures. */
const FRAME = {
  light: { background: '#eceef6', line: '#c9cde0' },
  dark: { background: '#05060c', line: '#2b2f42' },
} as const

const WIDTH = 1200
const HEIGHT = 772

/** Puts the way of a buyer on one picture, from pictures that were taken before. */
export async function drawJourney(
  browser: Browser,
  scheme: keyof typeof FRAME,
  pictureOf: (scene: string) => string,
  path: string,
): Promise<void> {
  const { background, line } = FRAME[scheme]
  const pictures = JOURNEY.map((scene) => {
    const data = readFileSync(pictureOf(scene)).toString('base64')
    return `<div><img alt="" src="data:image/png;base64,${data}"></div>`
  })
  const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } })
  await page.setContent(`<style>
    body { margin: 0; padding: 12px; display: grid; grid-template-columns: 1fr 1fr; gap: 12px; background: ${background} }
    div { height: 368px; overflow: hidden; border: 1px solid ${line}; border-radius: 6px; box-sizing: border-box }
    img { display: block; width: 100% }
  </style>${pictures.join('')}`)
  await page.evaluate(() => Promise.all([...document.images].map((image) => image.decode())))
  await page.screenshot({ path })
  await page.close()
}
