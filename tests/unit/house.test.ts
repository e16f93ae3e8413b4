import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { environmentNames } from '#src/infrastructure/config/env.ts'
import { missingOptionalPackages } from '../../scripts/complete-lockfile.mjs'
import { brokenPaths, fileRules, type HouseFile, isAtLeast, namesShown } from '../support/house-rules.ts'

const root = join(import.meta.dirname, '..', '..')

/** The first version of Next in which the server functions' and proxy's known holes are closed (CVE-2026-64642). */
const NEXT_FLOOR = '16.2.11'

const read = (path: string): HouseFile => ({ path, text: readFileSync(join(root, path), 'utf8') })

/** The files below some folders of the project, and of the root the pages, in alphabetical order. */
const files: readonly HouseFile[] = ['src', 'tests', 'scripts', 'docs', 'supabase']
  .filter((folder) => existsSync(join(root, folder)))
  .flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  .concat(readdirSync(root).filter((name) => name.endsWith('.md')))
  .filter((path) => /\.(tsx?|mjs|sql|md|css|toml)$/.test(path) && statSync(join(root, path)).isFile())
  .sort()
  .map(read)

describe('the house rules', () => {
  it.each(Object.entries(fileRules))('%s holds for every file', (_name, rule) => {
    expect(files.flatMap(rule)).toEqual([])
  })

  it('every path that a page names exists', () => {
    const pages = files.filter(({ path }) => path.endsWith('.md'))

    expect(pages.flatMap((page) => brokenPaths(page, (path) => existsSync(join(root, path))))).toEqual([])
  })

  it('.env.example shows the variables that the configuration reads, no more and no fewer', () => {
    expect(namesShown(read('.env.example'))).toEqual([...environmentNames].sort())
  })

  it('Next is not older than its security floor', () => {
    const { dependencies } = JSON.parse(read('package.json').text)

    expect(isAtLeast(dependencies.next, NEXT_FLOOR)).toBe(true)
  })

  it('package-lock.json holds the binaries of every platform and names no registry', () => {
    const lock = read('package-lock.json').text

    expect(missingOptionalPackages(JSON.parse(lock).packages)).toEqual([])
    expect(lock).not.toContain('"resolved"')
  })
})
