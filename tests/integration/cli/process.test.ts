import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BillingStack, startBillingStack } from '#tests/support/billing-stack.ts'
import { spawnTollgate } from '#tests/support/run-tollgate.ts'

/** Milliseconds: the whole app is loaded by a process of its own. */
const PROCESS_MS = 120_000

let stack: BillingStack

beforeAll(async () => {
  stack = await startBillingStack()
})
afterAll(() => stack.close())

describe('the command as its own process', { timeout: PROCESS_MS }, () => {
  it('reads its settings from the environment, prints JSON alone on standard output, and ends', async () => {
    const ran = await spawnTollgate(['events', '--json'], stack.environment)

    expect(ran).toMatchObject({ code: 0, stdout: '[]\n' })
  })

  it('says how to point it at a sandbox where nothing is configured, and answers 2', async () => {
    const ran = await spawnTollgate(['events'], {})

    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain('npm run dev')
  })

  it('explains itself with examples', async () => {
    const ran = await spawnTollgate(['replay', '--help'], {})

    expect(ran.code).toBe(0)
    expect(ran.stdout).toContain('npm run tollgate -- replay --reason unknown_price --apply')
  })
})
