import { describe, expect, it } from 'vitest'
import { inSeconds, parseInstant, printInstant } from '#src/cli/instant.ts'

const NOW = Date.UTC(2026, 10, 25, 12)

describe('an instant on the command line', () => {
  it.each([
    ['30m', '2026-11-25T11:30:00Z'],
    ['24h', '2026-11-24T12:00:00Z'],
    ['7d', '2026-11-18T12:00:00Z'],
    ['2026-11-01', '2026-11-01T00:00:00Z'],
    ['2026-11-01T08:00:00+02:00', '2026-11-01T06:00:00Z'],
  ])('%s is %s', (text, expected) => {
    expect(printInstant(parseInstant(text)(NOW))).toBe(expected)
  })

  it.each(['yesterday', '7 d', '2026-13-01', '2026-11-25T08:00:00', '-1h', ''])('%j is refused', (text) => {
    expect(() => parseInstant(text)).toThrow('give 2026-11-25')
  })

  it('is counted in whole seconds', () => {
    expect(inSeconds(() => 1_999, 0)).toBe(1)
  })
})
