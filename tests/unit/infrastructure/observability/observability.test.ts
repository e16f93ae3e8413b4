import { gunzipSync } from 'node:zlib'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { BillingError } from '#src/features/billing/domain/errors.ts'
import { createAnalytics } from '#src/infrastructure/observability/analytics.ts'
import { createErrorReporter } from '#src/infrastructure/observability/error-reporter.ts'
import { allowedFields, createLog } from '#src/infrastructure/observability/log.ts'
import { listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import type { LogFields } from '#src/shared/types/log.ts'

/** Everything that a line may carry, and beside it what it must never. */
const ALLOWED = {
  event_id: 'evt_1',
  event_type: 'invoice.paid',
  outcome: 'applied',
  reason: null,
  duration_ms: 12,
  user_id: 'user-1',
  plan: 'pro',
  session_id: 'cs_1',
  layer: 'redis',
  layers: { redis: { hits: 1, misses: 2 } },
  error_code: 'stripe_unavailable',
  error_name: 'BillingError',
  status: 503,
  repeats: 7,
} as const satisfies LogFields

const CANARIES = {
  authorization: 'canary-bearer',
  cookie: 'canary-cookie',
  email: 'canary@example.test',
  body: 'canary-body',
  secret: 'sk_live_canary',
  ip: 'canary-address',
  __proto__canary: 'canary-proto',
}

const fieldsWithCanaries: LogFields = { ...ALLOWED, ...CANARIES }

const closing: (() => unknown)[] = []
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()))
})

/** A service that keeps what it is sent, as text. */
async function startReceiver(status = 200) {
  const received: string[] = []
  const server = await listenOnLoopback(async (request) => {
    const raw = Buffer.from(await request.arrayBuffer())
    const isGzip = raw[0] === 0x1f && raw[1] === 0x8b
    received.push((isGzip ? gunzipSync(raw) : raw).toString())
    return Response.json({ status: 1 }, { status })
  })
  closing.push(() => server.close())
  return { url: server.url, received }
}

function lineLog() {
  const lines: Record<string, unknown>[] = []
  return { lines, log: createLog({ write: (line) => void lines.push(JSON.parse(line)) }) }
}

describe('F91: a log line carries what is on the list and nothing else', () => {
  test.each([
    ['info', 30],
    ['warn', 40],
    ['error', 50],
  ] as const)('%s', (level, number) => {
    const { lines, log } = lineLog()
    log[level]('processed webhook', fieldsWithCanaries)
    expect(lines).toEqual([{ level: number, time: expect.any(String), msg: 'processed webhook', ...ALLOWED }])
    expect(JSON.stringify(lines)).not.toContain('canary')
  })

  test('a line needs no fields', () => {
    const { lines, log } = lineLog()
    log.info('ready')
    log.warn('slow')
    log.error('gone')
    expect(lines.map(({ msg }) => msg)).toEqual(['ready', 'slow', 'gone'])
  })

  test('a line is one line, whatever is in it', () => {
    const lines: string[] = []
    createLog({ write: (line) => void lines.push(line) }).info('x', { outcome: 'a\nb{"level":60}' })
    expect(lines.join('').trimEnd().split('\n')).toHaveLength(1)
  })

  test('the fields of a report are held to the same list', () => {
    expect(allowedFields(fieldsWithCanaries)).toEqual(ALLOWED)
  })

  test('without a destination it goes to standard output', () => {
    expect(createLog()).toMatchObject({ info: expect.any(Function) })
  })
})

describe('F91: a report to Sentry', () => {
  test('carries the stack and the listed fields; no cause, no request, no person', async () => {
    const { url, received } = await startReceiver()
    const { port } = new URL(url)
    const errors = createErrorReporter(`http://publickey@127.0.0.1:${port}/1`)
    const cause = new Error('canary-cause sk_live_canary')
    errors.report(new BillingError('stripe_unavailable', { retryable: true, cause }), fieldsWithCanaries)
    await vi.waitFor(() => expect(received.join('')).toContain('"event_id"'), { timeout: 3_000 })
    const envelope = received.join('')
    expect(envelope).toContain('Stripe did not answer in time')
    expect(envelope).toContain('"plan":"pro"')
    expect(envelope).not.toContain('canary')
    expect(envelope).not.toContain('server_name')
  })

  test('is sent nowhere without an address', () => {
    expect(createErrorReporter(null).report(new Error('x'), {})).toBeUndefined()
  })
})

describe('what product analytics hears', () => {
  test('are the listed fields, by ids alone, and no profile is made', async () => {
    const { url, received } = await startReceiver()
    const analytics = createAnalytics({ key: 'phc_1', host: url }, lineLog().log)
    await analytics.capture('checkout_session_created', fieldsWithCanaries)
    const sent = received.join('')
    expect(JSON.parse(sent)).toMatchObject({
      batch: [
        {
          event: 'checkout_session_created',
          distinct_id: 'user-1',
          properties: { plan: 'pro', $process_person_profile: false },
        },
      ],
    })
    expect(sent).not.toContain('canary')
  })

  test.each([
    [{ event_id: 'evt_1' }, 'evt_1'],
    [{}, 'unknown'],
  ])('%o is counted under %s', async (fields, id) => {
    const { url, received } = await startReceiver()
    await createAnalytics({ key: 'phc_1', host: url }, lineLog().log).capture(
      'stripe_webhook_processed',
      fields,
    )
    expect(JSON.parse(received.join(''))).toMatchObject({ batch: [{ distinct_id: id }] })
  })

  test('is told what a repetition is known by', async () => {
    const { url, received } = await startReceiver()
    const occurrence = { id: '0b6a5c4e-1c1b-4f6e-9d53-5d2d9b1f0a11', at: Date.UTC(2026, 10, 25) }
    await createAnalytics({ key: 'phc_1', host: url }, lineLog().log).capture(
      'outbox_message_delivered',
      { user_id: 'user-1' },
      occurrence,
    )
    expect(JSON.parse(received.join(''))).toMatchObject({
      batch: [{ uuid: occurrence.id, timestamp: '2026-11-25T00:00:00.000Z' }],
    })
  })

  test('is nothing without a key', async () => {
    const analytics = createAnalytics(null, lineLog().log)
    await expect(analytics.capture('stripe_webhook_processed', ALLOWED)).resolves.toBeUndefined()
  })

  test('a failure is one log line and never an exception', async () => {
    const { url } = await startReceiver(500)
    const { lines, log } = lineLog()
    await createAnalytics({ key: 'phc_1', host: url }, log).capture('stripe_webhook_processed', ALLOWED)
    expect(lines).toMatchObject([{ level: 40, msg: 'analytics failed', error_name: expect.any(String) }])
  })
})
