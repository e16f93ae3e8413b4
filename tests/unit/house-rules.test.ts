import { describe, expect, it } from 'vitest'
import { brokenPaths, fileRules, isAtLeast, namesShown } from '../support/house-rules.ts'

const inSrc = (text: string) => ({ path: 'src/app/sample.ts', text })
const later = ['TO', 'DO'].join('')

describe('the house rules', () => {
  it.each([
    ['noLongFile', 'const a = 1\n'.repeat(301), 'src/app/sample.ts has 301 lines'],
    ['noSystemClock', 'const a = Date.now()', 'src/app/sample.ts:1 reads the system clock'],
    ['noSystemClock', 'const clock = Date.now', 'src/app/sample.ts:1 reads the system clock'],
    ['noSystemClock', '\nconst a = new Date()', 'src/app/sample.ts:2 reads the system clock'],
    ['noAny', 'const a: any = 1', 'src/app/sample.ts:1 says any'],
    ['noAny', 'const a = b as any', 'src/app/sample.ts:1 says any'],
    ['noEmptyCatch', 'try { a() } catch {}', 'src/app/sample.ts:1 swallows an error'],
    ['noEmptyCatch', 'try { a() } catch (e) { /* quiet */ }', 'src/app/sample.ts:1 swallows an error'],
    ['noNarrowedTest', "it.only('x', f)", 'src/app/sample.ts:1 narrows or skips'],
    ['noNarrowedTest', "describe.skip('x', f)", 'src/app/sample.ts:1 narrows or skips'],
    ['noBarrel', "export * from './a.ts'\nexport { b } from './b.ts'", 'src/app/sample.ts is a barrel'],
    ['noLeftover', `// ${later}: more`, 'src/app/sample.ts:1 leaves something'],
  ] as const)('%s finds %s', (name, text, complaint) => {
    const found = fileRules[name](inSrc(text))

    expect(found).toHaveLength(1)
    expect(found[0]).toContain(complaint)
  })

  it.each([
    ['noLongFile', 'const a = 1\n'.repeat(300)],
    ['noSystemClock', 'const a = new Date(0)\nconst b = Date.parse(c)'],
    ['noAny', "const any = 'any'\n// any\nconst a: unknown = any"],
    ['noEmptyCatch', 'try { a() } catch (error) { report(error) }'],
    ['noNarrowedTest', "it('skips what was seen', f)\nmap.only.skip"],
    ['noBarrel', "export { b } from './b.ts'\nexport const c = 1"],
    ['noLeftover', 'const shackle = 1'],
  ] as const)('%s passes what is right', (name, text) => {
    expect(fileRules[name](inSrc(text))).toEqual([])
  })

  it.each([
    'src/infrastructure/clock/system-clock.ts',
    'src/sandbox/stripe/clock.ts',
    'tests/unit/a.test.ts',
  ])('the system clock may be read in %s', (path) => {
    expect(fileRules.noSystemClock({ path, text: 'const a = Date.now()' })).toEqual([])
  })

  it('a path in a page is looked for from the root in a code span, from the page in a link', () => {
    const text = 'See `src/app/a.ts:3`, `src/gone.ts`, [b](../b.md#c), [web](https://example.com), [d](#d).'
    const exists = (path: string) => ['src/app/a.ts'].includes(path)

    expect(brokenPaths({ path: 'docs/page.md', text }, exists)).toEqual([
      'docs/page.md names src/gone.ts',
      'docs/page.md names b.md',
    ])
  })

  it('an example shows a variable that is set or commented out', () => {
    expect(namesShown({ path: '.env.example', text: '# A word\nB_C=1\n# D_E=\n#F_G=2\n' })).toEqual([
      'B_C',
      'D_E',
      'F_G',
    ])
  })

  it.each([
    ['16.2.11', true],
    ['16.10.0', true],
    ['16.2.9', false],
    ['15.9.99', false],
  ])('version %s is at least 16.2.11: %s', (version, expected) => {
    expect(isAtLeast(version, '16.2.11')).toBe(expected)
  })
})
