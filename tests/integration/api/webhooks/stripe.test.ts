import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { gzipSync } from 'node:zlib'
import { unstable_doesMiddlewareMatch } from 'next/experimental/testing/server'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { WEBHOOK_BODY_MAX_BYTES } from '#src/features/billing/application/stripe-webhook.ts'
import { config as proxyConfig } from '#src/proxy.ts'
import { type BillingStack, startBillingStack, WEBHOOK_SECRET } from '#tests/support/billing-stack.ts'
import { bytes, eventBody, SECRET_A, SUBSCRIPTION, signatureHeader } from '#tests/support/stripe-event.ts'
import { deliver } from '#tests/support/webhook-delivery.ts'
import nextConfig from '../../../../next.config.ts'

let stack: BillingStack

beforeAll(async () => {
  stack = await startBillingStack()
  stack.stripe.pauseDelivery()
})
beforeEach(async () => {
  await stack.supabase.reset()
  await stack.upstash.reset()
  stack.logLines.length = 0
})
afterAll(() => stack.close())

const nowSeconds = () => Math.floor(Date.now() / 1000)
const post = (body: Uint8Array, signature: string | null, headers: Record<string, string> = {}) =>
  fetch(`${stack.appUrl}/api/webhooks/stripe`, {
    method: 'POST',
    redirect: 'manual',
    headers: { ...(signature !== null && { 'stripe-signature': signature }), ...headers },
    body: Buffer.from(body),
  })

const REFUSAL = {
  type: 'urn:tollgate:problem:invalid_webhook',
  title: 'Not a webhook of this endpoint',
  status: 400,
}

async function expectRefusedAndNothingWritten(response: Response): Promise<void> {
  expect(response.status).toBe(400)
  expect(await response.json()).toEqual(REFUSAL)
  expect(await stack.supabase.sql('select * from stripe_events', [])).toEqual([])
  expect(stack.supabase.rpcCount()).toBe(0)
  expect(stack.upstash.requestCount()).toBe(0)
}

describe('a signature that is not ours', () => {
  const body = eventBody()

  it('without one, nothing is read', async () => {
    await expectRefusedAndNothingWritten(await post(body, null))
  })

  it.each([
    ['empty', ''],
    ['no scheme', 'abc'],
    ['no v1', `t=${nowSeconds()}`],
    ['no t', `v1=${'0'.repeat(64)}`],
    ['a t that is no number', `t=now,v1=${'0'.repeat(64)}`],
    ['a v1 of another length', `t=${nowSeconds()},v1=00`],
    ['9 kB of it', `t=${nowSeconds()},v1=${'0'.repeat(9 * 1024)}`],
  ])('a malformed one is refused: %s', async (_, header) => {
    await expectRefusedAndNothingWritten(await post(body, header))
  })

  it('one of another secret is refused', async () => {
    await expectRefusedAndNothingWritten(await deliver(stack, body, { secret: SECRET_A }))
  })

  it('F36: one that is 301 seconds old is refused, however right', async () => {
    await expectRefusedAndNothingWritten(
      await post(body, signatureHeader(WEBHOOK_SECRET, nowSeconds() - 301, body)),
    )
  })

  it('F79: one from 310 seconds ahead is refused, however right', async () => {
    await expectRefusedAndNothingWritten(
      await post(body, signatureHeader(WEBHOOK_SECRET, nowSeconds() + 310, body)),
    )
  })

  it('a body that was changed by one byte is refused, although it still is an event', async () => {
    const changed = bytes(Buffer.from(body).toString().replace('"id":"evt_1"', '"id":"evt_2"'))
    expect(changed).not.toEqual(body)
    await expectRefusedAndNothingWritten(
      await post(changed, signatureHeader(WEBHOOK_SECRET, nowSeconds(), body)),
    )
  })

  it('a body that a proxy wrote anew, with the same meaning, is refused', async () => {
    const rewritten = bytes(JSON.stringify(JSON.parse(Buffer.from(body).toString()), null, 2))
    await expectRefusedAndNothingWritten(
      await post(rewritten, signatureHeader(WEBHOOK_SECRET, nowSeconds(), body)),
    )
  })
})

describe('signed, but not an event', () => {
  it.each([
    ['no JSON', 'not json'],
    ['an empty body', ''],
    ['an array', '[]'],
    ['null', 'null'],
    ['another object', '{"object":"customer","id":"cus_1"}'],
    ['an event without an id', Buffer.from(eventBody({ id: undefined })).toString()],
    ['an event whose id is none', Buffer.from(eventBody({ id: '1; drop table' })).toString()],
    ['an event without data', Buffer.from(eventBody({ data: undefined })).toString()],
  ])('%s is refused', async (_, text) => {
    await expectRefusedAndNothingWritten(await deliver(stack, bytes(text)))
  })

  it('F48: a compressed body is not what was signed', async () => {
    const body = eventBody()
    await expectRefusedAndNothingWritten(
      await post(gzipSync(body), signatureHeader(WEBHOOK_SECRET, nowSeconds(), body), {
        'content-encoding': 'gzip',
      }),
    )
  })
})

describe('too large', () => {
  it('a body over 1 MiB is refused with 413 before its signature is looked at', async () => {
    const body = bytes('x'.repeat(WEBHOOK_BODY_MAX_BYTES + 1))

    const response = await deliver(stack, body)

    expect(response.status).toBe(413)
    expect(await stack.supabase.sql('select * from stripe_events', [])).toEqual([])
  })

  it('a body of 1 MiB is read', async () => {
    const padding = 'x'.repeat(WEBHOOK_BODY_MAX_BYTES - eventBody({ padding: '' }).length)
    const body = eventBody({ padding })

    expect(body).toHaveLength(WEBHOOK_BODY_MAX_BYTES)
    expect((await deliver(stack, body)).status).toBe(200)
  })
})

describe('signed as Stripe signs', () => {
  it('F48: text of several bytes a character is verified over its bytes', async () => {
    const body = eventBody({ type: 'customer.tax_id.created', note: 'Zoë — 支払い 💶' })

    const response = await deliver(stack, body)

    expect(await response.json()).toEqual({ outcome: 'ignored', reason: 'unhandled_type' })
    const [row] = await stack.supabase.sql("select encode(payload, 'hex') as hex from stripe_events", [])
    expect(row).toEqual({ hex: Buffer.from(body).toString('hex') })
  })

  it.each(['/api/webhooks/stripe', '/api/webhooks/stripe/'])(
    'F52: at %s a foreign host and no cookie do not turn it away',
    async (path) => {
      const body = eventBody({ type: 'customer.tax_id.created' })
      const posting = request(`${stack.appUrl}${path}`, {
        method: 'POST',
        headers: {
          host: 'www.elsewhere.example',
          'x-forwarded-host': 'preview.elsewhere.example',
          origin: 'https://elsewhere.example',
          'stripe-signature': signatureHeader(WEBHOOK_SECRET, nowSeconds(), body),
        },
      })
      posting.end(body)

      const [answer] = (await once(posting, 'response')) as [IncomingMessage]
      answer.resume()
      expect(answer.statusCode).toBe(200)
    },
  )

  it('F52: neither Next nor what runs before every page stands in front of it, or redirects it', () => {
    const urls = ['/api/webhooks/stripe', '/api/webhooks/stripe/']

    expect(urls.map((url) => unstable_doesMiddlewareMatch({ config: proxyConfig, nextConfig, url }))).toEqual(
      [false, false],
    )
    expect(nextConfig.skipTrailingSlashRedirect).toBe(true)
  })

  it('F75: what Postgres cannot hold as text is kept byte for byte, and is no failure', async () => {
    const object = {
      ...SUBSCRIPTION,
      metadata: { nul: 'a\u0000b', half: '\ud83d', [`long-${'x'.repeat(5_000)}`]: 'y'.repeat(5_000) },
      big: 0,
    }
    const text = Buffer.from(eventBody({}, object))
      .toString()
      .replace('"big":0', '"big":18446744073709551617')
    const body = bytes(text)

    expect((await deliver(stack, body)).status).toBe(200)
    const [row] = await stack.supabase.sql("select encode(payload, 'hex') as hex from stripe_events")
    expect(row).toEqual({ hex: Buffer.from(body).toString('hex') })
  })

  it('every one of several v1 is tried', async () => {
    const body = eventBody({ type: 'customer.tax_id.created' })
    const stamp = nowSeconds()
    const right = signatureHeader(WEBHOOK_SECRET, stamp, body).split('v1=')[1]

    expect((await post(body, `t=${stamp},v1=${'0'.repeat(64)},v1=${right}`)).status).toBe(200)
  })
})
