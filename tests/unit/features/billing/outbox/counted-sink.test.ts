import { describe, expect, it } from 'vitest'
import type { Delivery, Notification } from '#src/features/billing/domain/interfaces/IOutboxSink.ts'
import { CountedSink } from '#src/features/billing/infrastructure/outbox/CountedSink.ts'

const notification: Notification = {
  messageId: '0b6a5c4e-1c1b-4f6e-9d53-5d2d9b1f0a11',
  topic: 'entitlements.changed',
  userId: 'a3d8f0c2-5a0b-4c1e-9d57-0a6f6f1f2b11',
  version: '1.17',
  features: ['insights'],
  limits: { projects: 10 },
  occurredAt: Date.UTC(2026, 10, 25),
  stripeEventId: 'evt_1',
}

/** What the sink says, and what analytics heard, of a message that its receiver answers so. */
async function deliver(answer: Delivery, changed: Partial<Notification> = {}) {
  const heard: unknown[] = []
  const sink = new CountedSink(
    { deliver: async () => answer },
    { capture: async (...captured) => void heard.push(captured) },
  )
  return { delivery: await sink.deliver({ ...notification, ...changed }), heard }
}

describe('product analytics', () => {
  it('hears of a delivered message by ids alone, under the id and the instant that a repetition has too', async () => {
    const { delivery, heard } = await deliver({ kind: 'delivered' })

    expect(delivery).toEqual({ kind: 'delivered' })
    expect(heard).toEqual([
      [
        'outbox_message_delivered',
        { event_type: 'entitlements.changed', user_id: notification.userId, event_id: 'evt_1' },
        { id: notification.messageId, at: notification.occurredAt },
      ],
    ])
  })

  it('hears of a change that no Stripe event made', async () => {
    const { heard } = await deliver({ kind: 'delivered' }, { stripeEventId: null })

    expect(heard).toMatchObject([['outbox_message_delivered', { event_type: 'entitlements.changed' }, {}]])
  })

  it('hears nothing of what is refused and comes again', async () => {
    const refused = { kind: 'refused', reason: 'http_500' } as const

    expect(await deliver(refused)).toEqual({ delivery: refused, heard: [] })
  })
})
