import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { handleOutboxRequest } from '#src/features/billing/application/outbox/outbox-request.ts'
import { signWebhook } from '#src/features/billing/infrastructure/outbox/sign-webhook.ts'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { subscribe } from '#tests/support/reconcile.ts'
import { runTollgate } from '#tests/support/run-tollgate.ts'

const HOOK_SECRET = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
const CRON_SECRET = 'a-cron-secret-of-32-characters-x'

interface Call {
  readonly type: string
  readonly userId: string
  readonly version: string
  readonly isSigned: boolean
}

let stack: BillingStack
let hook: LoopbackServer
let user: TestUser
let status: number
let calls: Call[]

beforeAll(async () => {
  stack = await startBillingStack()
  hook = await listenOnLoopback(async (request) => {
    const body = await request.text()
    const { type, data } = JSON.parse(body)
    const messageId = request.headers.get('webhook-id') ?? ''
    const timestamp = Number(request.headers.get('webhook-timestamp'))
    const expected = signWebhook({ messageId, timestamp, body }, HOOK_SECRET)
    const isSigned = request.headers.get('webhook-signature') === expected['webhook-signature']
    calls.push({ type, userId: data.user_id, version: data.version, isSigned })
    return new Response(null, { status })
  })
})
beforeEach(async () => {
  await stack.supabase.reset()
  calls = []
  status = 204
  user = await stack.signUp()
})
afterAll(async () => {
  await hook.close()
  await stack.close()
})

const outbox = (...args: string[]) =>
  runTollgate(stack, ['outbox', '--json', ...args], {
    environment: { TOLLGATE_HOOK_URL: hook.url, TOLLGATE_HOOK_SECRET: HOOK_SECRET },
  })

const complaints = async () => {
  const found = (await runTollgate(stack, ['doctor', '--json'])).json() as { check: string; health: string }[]
  return found.filter(({ check, health }) => check === 'outbox' && health !== 'ok')
}

describe('outbox', () => {
  it('F57: a purchase is told to the hook, signed, under versions that never fall', async () => {
    await subscribe(stack, user)

    const { code, json } = await outbox('--drain')

    expect(code).toBe(0)
    expect(json()).toMatchObject({ drained: { refused: 0, givenUp: 0 }, waiting: 0, dead: 0 })
    expect(calls.length).toBeGreaterThan(0)
    expect(calls.every(({ isSigned, userId }) => isSigned && userId === user.id)).toBe(true)
    const counters = calls.map(({ version }) => Number(version.split('.')[1]))
    expect(counters).toEqual(counters.toSorted((a, b) => a - b))
  })

  it('shows what waits, and delivers nothing unasked', async () => {
    await subscribe(stack, user)

    const { code, stdout } = await runTollgate(stack, ['outbox'])

    expect(code).toBe(0)
    expect(stdout).toMatch(/^\d+ wait, the oldest since 20.*; 0 were given up\.\n$/)
    expect(calls).toEqual([])
  })

  it('keeps what the hook refuses, and says so', async () => {
    await subscribe(stack, user)
    status = 500

    const { code, json } = await outbox('--drain')

    expect(code).toBe(1)
    expect(json()).toMatchObject({ drained: { delivered: 0, refused: 1 }, dead: 0 })
  })

  it('has what was given up named by doctor, and tried anew on demand', async () => {
    await subscribe(stack, user)
    await stack.supabase.sql("update outbox set dead_at = now(), last_error = 'http_500'", [])
    expect(await complaints()).toMatchObject([{ health: 'warning' }])

    const { json } = await outbox('--retry', '--drain')

    expect(json()).toMatchObject({ waiting: 0, dead: 0 })
    expect(calls.length).toBeGreaterThan(0)
    expect(await complaints()).toEqual([])
  })

  it('has what nobody drains named by doctor', async () => {
    await subscribe(stack, user)
    expect(await complaints()).toEqual([])
    await stack.supabase.sql("update outbox set created_at = created_at - interval '61 minutes'", [])

    expect(await complaints()).toMatchObject([{ health: 'warning' }])
  })
})

describe('the route that a cron calls', () => {
  const call = (authorization: string | null, secret: string | null = CRON_SECRET) =>
    handleOutboxRequest(
      new Request('http://127.0.0.1/api/billing/outbox', {
        headers: authorization === null ? {} : { authorization },
      }),
      { ...stack.billing.outboxRequest, secret },
    )

  it('is not there where no secret is configured', async () => {
    expect((await call(`Bearer ${CRON_SECRET}`, null)).status).toBe(404)
  })

  it.each([null, 'Bearer', 'Bearer another', CRON_SECRET])(
    'tells nothing to who shows %j',
    async (authorization) => {
      expect((await call(authorization)).status).toBe(401)
    },
  )

  it('delivers what waits; without a hook the log is told', async () => {
    await subscribe(stack, user)

    const response = await call(`Bearer ${CRON_SECRET}`)

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ refused: 0, given_up: 0 })
    expect(stack.logLines.filter(({ msg }) => msg === 'notification')).toContainEqual(
      expect.objectContaining({ user_id: user.id, event_type: 'entitlements.changed' }),
    )
  })

  it('writes a line for what it delivered, and none where nothing waited', async () => {
    await subscribe(stack, user)
    const drained = () => stack.logLines.filter(({ msg }) => msg === 'outbox drained').length
    await call(`Bearer ${CRON_SECRET}`)
    const before = drained()

    await call(`Bearer ${CRON_SECRET}`)

    expect(before).toBeGreaterThan(0)
    expect(drained()).toBe(before)
  })
})
