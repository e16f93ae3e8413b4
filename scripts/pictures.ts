// node scripts/pictures.ts: takes a picture of every page in every state, narrow and wide, light and dark, to be looked at.
// Names of scenes as arguments take only those. They lie in .tollgate/pictures; the README's are made of them.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { openPage, startBrowser } from '#tests/support/browser.ts'
import { ensureBuilt } from './lib/build.ts'
import { end, endServersWithThisProcess } from './lib/ending.ts'
import { ROOT } from './lib/run.ts'
import { startStack } from './lib/stack.ts'
import { drawJourney } from './pictures/board.ts'
import { scenes, stageOf } from './pictures/scenes.ts'

const FOLDER = join(ROOT, '.tollgate', 'pictures')
const WIDE = { width: 1280, height: 800 }
const NARROW = { width: 360, height: 740 }

const fileOf = (scene: string, width: number, scheme: string) =>
  join(FOLDER, `${scene}-${width}-${scheme}.png`)

/** Every look of the page that is shown now. */
async function take(page: Page, name: string): Promise<void> {
  for (const viewport of [WIDE, NARROW]) {
    await page.setViewportSize(viewport)
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
      const path = fileOf(name, viewport.width, colorScheme)
      await page.screenshot({ path, fullPage: true, animations: 'disabled' })
    }
  }
}

endServersWithThisProcess()
await ensureBuilt()
mkdirSync(FOLDER, { recursive: true })
const { appUrl, environment } = await startStack()
const browser = await startBrowser()
const stage = stageOf(environment)
const wanted = process.argv.slice(2)
for (const { name, play } of scenes.filter((scene) => wanted.length === 0 || wanted.includes(scene.name))) {
  const page = await openPage(browser, appUrl, { viewport: WIDE })
  await play(page, stage)
  await take(page, name)
  await page.context().close()
  console.log(name)
}
for (const scheme of wanted.length === 0 ? (['light', 'dark'] as const) : []) {
  const path = join(ROOT, 'docs', 'pictures', `journey-${scheme}.png`)
  await drawJourney(browser, scheme, (scene) => fileOf(scene, WIDE.width, scheme), path)
}
await browser.close()
await end(0)
