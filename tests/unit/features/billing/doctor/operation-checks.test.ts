import { describe, expect, it } from 'vitest'
import type { PushCatalogue } from '#src/features/billing/application/catalogue/PushCatalogue.ts'
import {
  catalogueCheck,
  keptCheck,
  lawsCheck,
  RECONCILIATION_AGE_MAX_MS,
  reconciliationCheck,
} from '#src/features/billing/application/doctor/operation-checks.ts'
import type { CheckLaws } from '#src/features/billing/application/invariants/CheckLaws.ts'
import type { LedgerEntry } from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import type { ReconcileRun } from '#src/features/billing/domain/interfaces/IReconcileStore.ts'

const NOW = 1_800_000_000_000

describe('the last reconciliation', () => {
  const run = (changes: object) =>
    ({ startedAt: NOW - 1_000, objects: 12, drifts: 0, repaired: 0, ...changes }) as ReconcileRun
  const said = async (latest: ReconcileRun | null) =>
    JSON.stringify(
      await reconciliationCheck(
        async () => latest,
        () => NOW,
      ).run(),
    )

  it('that never was is a warning', async () => {
    expect(await said(null)).toContain('none has run yet')
  })

  it('that is older than two days is one, to the millisecond', async () => {
    expect(await said(run({ startedAt: NOW - RECONCILIATION_AGE_MAX_MS - 1 }))).toContain('for two days')
    expect(await said(run({ startedAt: NOW - RECONCILIATION_AGE_MAX_MS }))).toContain('12 objects')
  })

  it('that left something open is one', async () => {
    expect(await said(run({ drifts: 3, repaired: 1 }))).toContain('2 drifts are open')
  })

  it('that mended all it found is none', async () => {
    expect(await said(run({ drifts: 3, repaired: 3 }))).toContain('12 objects, 3 drifts, 3 mended')
  })
})

describe('what the ledger keeps for somebody to look at', () => {
  const said = async (reasons: readonly string[]) => {
    const entries = reasons.map((reason) => ({ reason }) as LedgerEntry)
    return JSON.stringify(
      await keptCheck({ listEvents: async () => entries, getEvent: async () => null }).run(),
    )
  }

  it('may be nothing', async () => {
    expect(await said([])).toContain('none')
  })

  it('is counted, with each reason once', async () => {
    expect(await said(['unknown_user', 'unknown_price', 'unknown_user'])).toContain(
      '3: unknown_user, unknown_price',
    )
  })

  it('is ten or more where ten were looked at', async () => {
    expect(await said(Array(10).fill('unknown_user'))).toContain('10 or more: unknown_user')
  })
})

describe('Stripe beside the catalogue', () => {
  const said = async (steps: readonly string[]) => {
    const push = { diff: async () => steps.map((step) => ({ do: step })) } as unknown as PushCatalogue
    return JSON.stringify(await catalogueCheck(push).run())
  }

  it('has all of it', async () => {
    expect(await said([])).toContain('Stripe has all of it')
  })

  it('whose portal alone is another is a warning', async () => {
    expect(await said(['create_portal'])).toContain('the customer portal')
  })

  it('that lacks a price is a failure, counted', async () => {
    expect(await said(['create_price', 'create_portal'])).toContain('2 differences to Stripe')
  })
})

describe('the laws of the tables', () => {
  const said = async (counts: readonly number[]) => {
    const verdicts = counts.map((count, index) => ({
      law: `law_${index}`,
      says: 'why',
      count,
      first: ['a', 'b'],
    }))
    const laws = { execute: async () => verdicts } as unknown as CheckLaws
    return JSON.stringify(await lawsCheck(laws).run())
  }

  it('that all hold are counted', async () => {
    expect(await said([0, 0])).toContain('all 2 hold')
  })

  it('that are broken are named, each with its first rows', async () => {
    const broken = await said([0, 3, 1])

    expect(broken).toContain('law_1 is broken 3 times (why): a, b')
    expect(broken).toContain('law_2 is broken 1 times')
    expect(broken).not.toContain('law_0')
  })
})
