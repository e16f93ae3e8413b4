import { describe, expect, it } from 'vitest'
import { summarisePayload } from '#src/features/billing/infrastructure/stripe/payload-summary.ts'
import { bytes } from '#tests/support/stripe-event.ts'

describe("the summary of an event's body", () => {
  it('F91: shows ids, statuses and amounts, and nothing of a card, an address or a person', () => {
    const body = JSON.stringify({
      data: {
        object: {
          id: 'ch_1',
          object: 'charge',
          status: 'succeeded',
          amount: 1900,
          billing_details: { email: 'canary@example.test', address: { line1: 'canary street' } },
          payment_method_details: { card: { last4: '4242', fingerprint: 'canary' } },
          receipt_email: 'canary@example.test',
        },
        previous_attributes: { status: 'pending' },
      },
    })

    expect(summarisePayload(bytes(body))).toEqual({
      bytes: Buffer.byteLength(body),
      object: { id: 'ch_1', object: 'charge', status: 'succeeded', amount: 1900 },
      changed: ['status'],
    })
  })

  it.each(['', 'not json', '{}', '{"data":{}}'])('there is none of %j', (body) => {
    expect(summarisePayload(bytes(body))).toBeNull()
  })
})
