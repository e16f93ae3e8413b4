import { afterEach, describe, expect, it } from 'vitest'
import { HookSink } from '#src/features/billing/infrastructure/outbox/HookSink.ts'
import { signWebhook } from '#src/features/billing/infrastructure/outbox/sign-webhook.ts'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'

const SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const NOW_MS = 1_731_705_121_500

const notification = {
  messageId: '0b6a5c4e-1c1b-4f6e-9d53-5d2d9b1f0a11',
  topic: 'entitlements.changed',
  userId: 'a3d8f0c2-5a0b-4c1e-9d57-0a6f6f1f2b11',
  version: '1.17',
  features: ['insights'],
  limits: { projects: 10 },
  occurredAt: Date.UTC(2026, 10, 25),
  stripeEventId: 'evt_1',
} as const

let receiver: LoopbackServer
afterEach(() => receiver.close())

async function sinkOver(answer: (request: Request) => Response | Promise<Response>, deadlineMs = 5_000) {
  receiver = await listenOnLoopback(answer)
  return new HookSink({ url: receiver.url, secret: SECRET }, { realClock: { now: () => NOW_MS }, deadlineMs })
}

describe('a hook', () => {
  it('is told what happened and what the user may do, by ids alone', async () => {
    const got: unknown[] = []
    const sink = await sinkOver(async (request) => {
      got.push(await request.json())
      return new Response(null, { status: 204 })
    })

    expect(await sink.deliver(notification)).toEqual({ kind: 'delivered' })

    expect(got).toEqual([
      {
        type: 'entitlements.changed',
        timestamp: '2026-11-25T00:00:00.000Z',
        data: {
          user_id: notification.userId,
          version: '1.17',
          features: ['insights'],
          limits: { projects: 10 },
          stripe_event_id: 'evt_1',
        },
      },
    ])
  })

  it('can tell that the bytes are ours, and when they were sent', async () => {
    let isOurs = false
    const sink = await sinkOver(async (request) => {
      const body = await request.text()
      const timestamp = Math.floor(NOW_MS / 1000)
      const expected = signWebhook({ messageId: notification.messageId, timestamp, body }, SECRET)
      isOurs = Object.entries(expected).every(([name, value]) => request.headers.get(name) === value)
      return new Response()
    })

    await sink.deliver(notification)

    expect(isOurs).toBe(true)
  })

  it.each([400, 410, 500, 503])('has it not where it answers %i', async (status) => {
    const sink = await sinkOver(() => new Response('a secret', { status }))

    expect(await sink.deliver(notification)).toEqual({ kind: 'refused', reason: `http_${status}` })
  })

  it('is not followed where it redirects to', async () => {
    let calls = 0
    const sink = await sinkOver(() => {
      calls += 1
      return new Response(null, { status: 307, headers: { location: '/elsewhere' } })
    })

    expect(await sink.deliver(notification)).toEqual({ kind: 'refused', reason: 'http_307' })
    expect(calls).toBe(1)
  })

  it('that answers nothing is waited for no longer than its deadline', async () => {
    const sink = await sinkOver(() => new Promise<Response>(() => undefined), 50)

    expect(await sink.deliver(notification)).toEqual({ kind: 'refused', reason: 'timeout' })
  })

  it('that is not there is unreachable', async () => {
    const sink = await sinkOver(() => new Response())
    await receiver.close()

    expect(await sink.deliver(notification)).toEqual({ kind: 'refused', reason: 'unreachable' })
    receiver = await listenOnLoopback(() => new Response())
  })

  it('is signed as Standard Webhooks has it', async () => {
    receiver = await listenOnLoopback(() => new Response())
    // The known answer of docs.svix.com/receiving/verifying-payloads/how-manual
    const content = {
      messageId: 'msg_loFOjxBNrRLzqYUf',
      timestamp: 1_731_705_121,
      body: '{"event_type":"ping","data":{"success":true}}',
    }

    expect(signWebhook(content, 'whsec_plJ3nmyCDGBKInavdOK15jsl')).toEqual({
      'webhook-id': 'msg_loFOjxBNrRLzqYUf',
      'webhook-timestamp': '1731705121',
      'webhook-signature': 'v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=',
    })
  })
})
