import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const read = (path: string) => readFileSync(join(root, path), 'utf8')
const filesBelow = (folder: string, name: RegExp) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => name.test(path))
    .map((path) => `${folder}/${path}`)
    .sort()

/** The numbers of failures that a text names, in its order. */
const failureNumbers = (text: string) => [...text.matchAll(/\bF\d{1,2}\b/g)].map(([number]) => number)

/** The lines of the table: a failure by its number, and the files whose tests show what becomes of it. */
const rows = [...read('docs/failures.md').matchAll(/^\| (F\d+) +\|(.*)$/gm)].map(
  ([, number = '', line = '']) => ({
    number,
    files: [...line.matchAll(/`(tests\/[^`]+)`/g)].map(([, file = '']) => file),
  }),
)

const tests = filesBelow('tests', /\.tsx?$/)

/** The app's own code: all but the sandbox, which stands in for Stripe, Supabase and Upstash. */
const app = filesBelow('src', /\.tsx?$/).filter((path) => !path.startsWith('src/sandbox/'))
const linesWith = (pattern: RegExp) =>
  app.flatMap((path) =>
    read(path)
      .split('\n')
      .flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  )

describe('the table of failures', () => {
  it('names each number once, in order', () => {
    const numbers = rows.map(({ number }) => number)

    expect(numbers).toEqual(
      [...new Set(numbers)].sort((one, other) => Number(one.slice(1)) - Number(other.slice(1))),
    )
  })

  it.each(rows)('$number is shown by the files that its line names', ({ number, files }) => {
    expect(files).not.toEqual([])
    expect(files.filter((file) => !failureNumbers(read(file)).includes(number))).toEqual([])
  })

  it('has a line for each number that a test names', () => {
    const known = new Set(rows.map(({ number }) => number))

    const named = tests.flatMap((path) => failureNumbers(read(path)))
    expect([...new Set(named)].filter((number) => !known.has(number))).toEqual([])
  })
})

describe('what the code never does', () => {
  it('F45: nothing is locked in Redis', () => {
    expect(linesWith(/\bsetnx\b|\bnx: true\b|['"]NX['"]|redlock/i)).toEqual([])
  })

  it('F58: nobody is looked up through a search of Stripe’s, whose index lags', () => {
    expect(linesWith(/\.search\(/)).toEqual([])
  })

  it('F80: no date is made by counting days or months', () => {
    expect(linesWith(/\.set(UTC)?(Date|Month|FullYear|Hours)\(/)).toEqual([])
  })
})

describe('F73: a migration tells PostgREST to load the schema anew', () => {
  it('with the last line of the newest', () => {
    const newest = filesBelow('supabase/migrations', /\.sql$/).at(-1) ?? ''

    expect(read(newest).trimEnd().split('\n').at(-1)).toBe("notify pgrst, 'reload schema';")
  })
})
