import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isReachable } from '#tests/support/reachable-postgres.ts'

let parent: string
let folder: string

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'tollgate-reachable-'))
  folder = join(parent, 'program')
  mkdirSync(folder, { mode: 0o755 })
})
afterEach(() => rmSync(parent, { recursive: true }))

describe('a folder', () => {
  it('in one that is its owner’s alone is not to be reached by others, whatever it allows itself', () => {
    expect(isReachable(folder)).toBe(false)
  })

  it('is to be reached where all on the way lets others pass', () => {
    chmodSync(parent, 0o711)

    expect(isReachable(folder)).toBe(isReachable(tmpdir()))
  })
})
