import { describe, expect, it } from 'vitest'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'

describe('a way back', () => {
  it.each([
    ['/', '/'],
    ['/insights', '/insights'],
    ['/pricing?interval=year&plan=pro#plans', '/pricing?interval=year&plan=pro#plans'],
    ['/a/../insights', '/insights'],
    ['/apis', '/apis'],
    ['/?next=https://evil.example', '/?next=https://evil.example'],
  ])('%s is kept as %s', (value, expected) => {
    expect(safeReturnPath(value, '/fallback')).toBe(expected)
  })

  it.each([
    'https://evil.example',
    'http://evil.example/insights',
    '//evil.example',
    '///evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\\/evil.example',
    '/.//evil.example',
    '/a/..//evil.example',
    '/%2e//evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    ' /insights',
    '/insights\r\nset-cookie: a=b',
    '/insights\u0000',
    'javascript:alert(1)',
    'data:text/html,hi',
    'insights',
    '',
    '?a=b',
    '#a',
    '/api/checkout/session',
    '/api',
    '/x/../api/entitlements',
    `/${'a'.repeat(512)}`,
    undefined,
    null,
    7,
    ['/insights'],
  ])('%j is refused', (value) => {
    expect(safeReturnPath(value, '/fallback')).toBe('/fallback')
  })

  it('falls back to the first page', () => {
    expect(safeReturnPath('//evil.example')).toBe('/')
  })
})
