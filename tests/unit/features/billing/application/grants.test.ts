import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import { GrantEntitlement } from '#src/features/billing/application/grants/GrantEntitlement.ts'
import { RevokeEntitlement } from '#src/features/billing/application/grants/RevokeEntitlement.ts'
import { createMemoryStore } from '#tests/support/memory-store.ts'
import { RecordingMemory } from '#tests/support/webhook-under-test.ts'

const NOW = 1_800_000_000_000
const clock = { now: () => NOW }

let memory: RecordingMemory
let grant: GrantEntitlement
let revoke: RevokeEntitlement
let userId: string

beforeEach(async () => {
  const store = createMemoryStore()
  memory = new RecordingMemory()
  grant = new GrantEntitlement({ grants: store.grants, memory, clock })
  revoke = new RevokeEntitlement({ grants: store.grants, memory, clock })
  userId = await store.addUser()
})

const request = () => ({ userId, plan: 'team', expiresAt: null, operator: 'ada', reason: 'a comp' })

describe('a grant by hand', () => {
  it('is of the newest version of the plan, and the caches are told', async () => {
    const answer = await grant.execute(request())

    expect(answer).toMatchObject({
      entitlements: { sources: [{ items: [{ plan: 'team', planVersion: 1 }] }] },
    })
    expect(memory.told).toMatchObject([{ userId, version: { counter: 1 } }])
  })

  it.each([
    ['unknown_plan', { plan: 'gold' }],
    ['unknown_version', { planVersion: 99 }],
    ['ends_in_the_past', { expiresAt: NOW }],
    ['unknown_user', { userId: randomUUID() }],
  ])('is refused as %s, and the caches are not told', async (outcome, changes) => {
    expect(await grant.execute({ ...request(), ...changes })).toEqual({ outcome })
    expect(memory.told).toEqual([])
  })

  it('is ended by hand, and the caches are told', async () => {
    const answer = await grant.execute(request())
    if (!('sourceId' in answer)) throw new Error(answer.outcome)

    await revoke.execute({ sourceId: answer.sourceId, operator: 'ada', reason: 'over' })

    expect(memory.told.at(-1)).toMatchObject({ version: { counter: 2 }, sources: [] })
  })

  it('that does not exist cannot be ended', async () => {
    expect(await revoke.execute({ sourceId: 'grant_none', operator: 'ada', reason: 'over' })).toEqual({
      outcome: 'not_found',
    })
  })
})
