import { describe, expect, it } from 'vitest'
import { expectSame, Narrator } from '../../../scripts/demo/narrator.ts'

describe('the demo', () => {
  it('tells each step with its number, its time and what proved it', async () => {
    const lines: string[] = []
    const narrator = new Narrator((line) => lines.push(line))

    await narrator.step('pay', async () => 'payment_status paid')

    expect(lines).toHaveLength(1)
    expect(lines[0]).toMatch(/^ok {2}1 {2}pay +\d+\.\d ms {2}payment_status paid$/)
  })

  it('prints what was expected and seen where they differ, and does not go on', async () => {
    const lines: string[] = []
    const narrator = new Narrator((line) => lines.push(line))

    const step = narrator.step('count grants', async () => {
      expectSame('rows of the user', 2, 1)
      return 'one row'
    })

    await expect(step).rejects.toThrow('rows of the user')
    expect(lines.slice(1)).toEqual(['      expected  1', '      seen      2'])
  })
})
