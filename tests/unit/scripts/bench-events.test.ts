import { describe, expect, it } from 'vitest'
import { usersOf } from '../../../scripts/bench-events.ts'

describe('the sizes of the databases of npm run bench -- events', () => {
  it('are a list, smallest first and each once', () => {
    expect(usersOf(['--users', '100000,1000,1000'])).toEqual([1_000, 100_000])
  })

  it('are three unless asked for', () => {
    expect(usersOf([])).toEqual([1_000, 100_000, 1_000_000])
  })

  it.each([
    [['--users', '']],
    [['--users']],
    [['--users', 'many']],
    [['--users', '1000,']],
    [['--users', '1e5']],
    [['--users', '999']],
    [['--users', '10000001']],
    [['--user', '1000']],
  ])('are not %j: a sentence says what is', (args) => {
    expect(usersOf(args)).toContain('--users 1000,100000,1000000')
  })
})
