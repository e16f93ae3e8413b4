import { readFileSync } from 'node:fs'
import { open, rename } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { Journal } from './journal.ts'

/** What was touched without anybody waiting is kept this long after, so that a burst is written once. */
const LINGER_MS = 100

interface Waiting {
  /** What must be kept before it may go on. */
  readonly version: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/**
 * Keeps what `snapshot` returns in one file. The file is never torn: a new one is written beside it, flushed to the
 * disk, and renamed into its place. One write at a time; whoever waits meanwhile shares the next.
 */
export class StateFile implements Journal {
  readonly #path: string
  readonly #snapshot: () => string
  #waiting: Waiting[] = []
  #touched = 0
  #kept = 0
  #isWriting = false
  #timer: NodeJS.Timeout | null = null

  constructor(path: string, snapshot: () => string) {
    this.#path = resolve(path)
    this.#snapshot = snapshot
  }

  touch(): void {
    this.#touched += 1
    if (this.#isWriting || this.#timer !== null) return
    this.#timer = setTimeout(() => void this.#write(), LINGER_MS)
    this.#timer.unref()
  }

  saved(): Promise<void> {
    if (this.#kept === this.#touched) return Promise.resolve()
    return new Promise((resolve, reject) => {
      this.#waiting.push({ version: this.#touched, resolve, reject })
      if (!this.#isWriting) void this.#write()
    })
  }

  async close(): Promise<void> {
    await this.saved()
    if (this.#timer !== null) clearTimeout(this.#timer)
  }

  async #write(): Promise<void> {
    this.#isWriting = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    try {
      while (this.#kept < this.#touched) {
        const version = this.#touched
        await replaceFile(this.#path, this.#snapshot())
        this.#kept = version
        for (const each of this.#takeWaiting(version)) each.resolve()
      }
    } catch (error) {
      for (const each of this.#takeWaiting(this.#touched)) each.reject(error)
    } finally {
      this.#isWriting = false
    }
  }

  #takeWaiting(version: number): Waiting[] {
    const ready = this.#waiting.filter((each) => each.version <= version)
    this.#waiting = this.#waiting.filter((each) => each.version > version)
    return ready
  }
}

/** The file's text, or null where there is none yet. */
export function readStateFile(path: string): string | null {
  try {
    return readFileSync(resolve(path), 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

async function replaceFile(path: string, text: string): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w')
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
