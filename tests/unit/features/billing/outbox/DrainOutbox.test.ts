import { beforeEach, describe, expect, it } from 'vitest'
import { DrainOutbox, OUTBOX_LEASE_SECONDS } from '#src/features/billing/application/outbox/DrainOutbox.ts'
import type { Delivery, Notification } from '#src/features/billing/domain/interfaces/IOutboxSink.ts'
import { ATTEMPTS_MAX, RETRY_AFTER_SECONDS } from '#src/features/billing/domain/outbox/OutboxMessage.ts'
import { type BillingOfUser, billingOfUser, NOW_MS } from '#tests/support/billing-of-user.ts'
import { createMemoryStore } from '#tests/support/memory-store.ts'

const ENOUGH = { budgetMs: Number.POSITIVE_INFINITY }
const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

let store: ReturnType<typeof createMemoryStore>
let billing: BillingOfUser
let told: Notification[]
let reported: string[]
let answer: (notification: Notification) => Promise<Delivery>
let now: number
let drain: DrainOutbox

beforeEach(async () => {
  store = createMemoryStore()
  billing = await billingOfUser(store)
  told = []
  reported = []
  now = NOW_MS
  answer = async () => ({ kind: 'delivered' })
  drain = new DrainOutbox({
    outbox: store.outbox,
    sink: {
      deliver: (notification) => {
        told.push(notification)
        return answer(notification)
      },
    },
    clock: { now: () => now },
    stopwatch: () => now,
    log: quiet,
    errors: { report: (error) => void reported.push(String(error)) },
  })
})

const refuse = () => {
  answer = async () => ({ kind: 'refused', reason: 'http_500' })
}

describe('the outbox is drained', () => {
  it('of everything that is due, in the order of a user’s changes', async () => {
    await billing.apply(billing.subscription({ at: 100 }))
    await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))

    expect(await drain.execute(ENOUGH)).toEqual({ delivered: 2, refused: 0, givenUp: 0 })

    expect(told.map(({ topic, version, features }) => ({ topic, version, features }))).toEqual([
      { topic: 'entitlements.changed', version: '1.2', features: ['projects'] },
      { topic: 'entitlements.changed', version: '1.2', features: ['projects'] },
    ])
    expect((await store.outbox.state(1)).waiting).toBe(0)
  })

  it('again and again until the receiver has it, under one id', async () => {
    await billing.apply(billing.subscription({ at: 100 }))
    refuse()
    await drain.execute(ENOUGH)
    now += 5_000
    answer = async () => ({ kind: 'delivered' })
    await drain.execute(ENOUGH)

    expect(told).toHaveLength(2)
    expect(new Set(told.map(({ messageId }) => messageId)).size).toBe(1)
  })

  it('by one that died after it told the receiver: another tells it once more', async () => {
    await billing.apply(billing.subscription({ at: 100 }))
    answer = async () => {
      throw new Error('killed')
    }
    await expect(drain.execute(ENOUGH)).rejects.toThrow('killed')
    answer = async () => ({ kind: 'delivered' })

    expect((await drain.execute(ENOUGH)).delivered).toBe(0)
    now += OUTBOX_LEASE_SECONDS * 1000
    expect((await drain.execute(ENOUGH)).delivered).toBe(1)
  })

  it('with longer and longer waits, until a message is given up and told to an operator', async () => {
    await billing.apply(billing.subscription({ at: 100 }))
    refuse()
    for (const seconds of RETRY_AFTER_SECONDS) {
      expect(await drain.execute(ENOUGH)).toMatchObject({ refused: 1, givenUp: 0 })
      now += seconds * 1000 - 1
      expect(await drain.execute(ENOUGH)).toMatchObject({ refused: 0, givenUp: 0 })
      now += 1
    }

    expect(await drain.execute(ENOUGH)).toMatchObject({ refused: 0, givenUp: 1 })

    expect(told).toHaveLength(ATTEMPTS_MAX)
    expect(reported).toEqual(['Error: gave an outbox message up: http_500'])
    expect(await store.outbox.state(1)).toMatchObject({ dead: 1, firstDead: [{ error: 'http_500' }] })
  })

  it('for no longer than its time: the rest is for the next call', async () => {
    await billing.apply(billing.subscription({ at: 100 }))
    await billing.apply(billing.subscription({ at: 200, facts: { status: 'unpaid' } }))

    expect(await drain.execute({ budgetMs: 0 })).toMatchObject({ delivered: 1 })
    expect((await store.outbox.state(1)).waiting).toBe(1)
  })
})
