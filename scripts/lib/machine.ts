import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Where a Chromium may stand that is not in PATH. */
const CHROMIUM_PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
]

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function inPath(name: string): string | null {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return folders.map((folder) => join(folder, name)).find(isExecutable) ?? null
}

/** Path of the browser that the browser tests drive: `CHROMIUM_PATH`, else an installed one, else null. */
export function findChromium(): string | null {
  const named = process.env.CHROMIUM_PATH
  if (named) return named
  const installed = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'].map(inPath)
  return installed.find((path) => path !== null) ?? CHROMIUM_PLACES.find(isExecutable) ?? null
}

/** Path of `redis-server`, or null where the machine has none and the in-process one stands in. */
export function findRedisServer(): string | null {
  return inPath('redis-server')
}
