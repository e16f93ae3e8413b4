import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { StripeCheckoutAdapter } from '#src/features/billing/infrastructure/stripe/StripeCheckoutAdapter.ts'
import { callStripe } from '#src/features/billing/infrastructure/stripe/stripe-errors.ts'
import { createStripeClient } from '#src/infrastructure/config/clients.ts'
import { createStripeSandbox, type StripeSandbox } from '#src/sandbox/stripe/server.ts'
import { USER_ID } from '#tests/support/stripe-facts.ts'
import { requestsTo } from '#tests/support/stripe-requests.ts'

const APP_URL = 'https://app.example.test'

let sandbox: StripeSandbox

beforeAll(async () => {
  sandbox = await createStripeSandbox()
})
afterAll(() => sandbox.close())
beforeEach(() => sandbox.reset())

function client(options: { deadlineMs?: number; retriesMax?: number } = {}) {
  const stripe = { secretKey: sandbox.secretKey, webhookSecrets: [], livemode: false, apiBase: sandbox.url }
  return createStripeClient(stripe, { deadlineMs: 2_000, ...options })
}

/** The adapter of one process. */
function adapter(options: { deadlineMs?: number; retriesMax?: number } = {}) {
  return new StripeCheckoutAdapter({ stripe: client(options), appUrl: APP_URL, environment: 'local' })
}

describe('what the SDK does on its own is what we count on', () => {
  const attempts = async () => (await requestsTo(sandbox)).length

  test.each([
    [500, 3],
    [503, 3],
    [409, 3],
    [429, 1],
    [400, 1],
    [402, 1],
    [403, 1],
  ])('an answer of %i is tried %i times in all', async (status, times) => {
    sandbox.addFault({ kind: 'status', status })
    await expect(adapter().findPromotionCode('ANY')).rejects.toMatchObject({ name: 'BillingError' })
    expect(await attempts()).toBe(times)
  })

  test('every try of one call carries one idempotency key', async () => {
    sandbox.addFault({ kind: 'status', status: 503, times: 2 })
    await adapter().createCustomer({ id: USER_ID, email: null })
    const keys = (await requestsTo(sandbox)).map(({ idempotency_key: key }) => key)
    expect(keys).toEqual(Array.from({ length: 3 }, () => `tollgate:local:customer:${USER_ID}`))
  })

  test('a cut connection is tried again', async () => {
    sandbox.addFault({ kind: 'down' })
    await expect(adapter().findPromotionCode('ANY')).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
    expect(await attempts()).toBe(3)
  })

  test('a cut connection is tried once more even where nothing is to be tried again', async () => {
    sandbox.addFault({ kind: 'down' })
    await expect(adapter({ retriesMax: 0 }).findPromotionCode('ANY')).rejects.toMatchObject({
      retryable: true,
    })
    expect(await attempts()).toBe(2)
  })

  test('Stripe being slow beyond the deadline is Stripe being away', async () => {
    sandbox.addFault({ kind: 'delay', delay_ms: 1_000 })
    const startedAt = performance.now()
    await expect(adapter({ deadlineMs: 100, retriesMax: 0 }).findPromotionCode('ANY')).rejects.toMatchObject({
      code: 'stripe_unavailable',
      retryable: true,
    })
    expect(performance.now() - startedAt).toBeLessThan(900)
  })

  test.each([
    [429, 'stripe_unavailable', true],
    [500, 'stripe_unavailable', true],
    [409, 'stripe_unavailable', true],
    [400, 'stripe_refused', false],
    [402, 'stripe_refused', false],
    [403, 'stripe_refused', false],
  ])('F77, F78: an answer of %i is %s', async (status, code, retryable) => {
    sandbox.addFault({ kind: 'status', status })
    await expect(adapter({ retriesMax: 0 }).findPromotionCode('ANY')).rejects.toMatchObject({
      code,
      retryable,
    })
  })

  test('a wrong key is refused for good', async () => {
    const stranger = createStripeClient(
      { secretKey: 'rk_wrong', webhookSecrets: [], livemode: false, apiBase: sandbox.url },
      { retriesMax: 0 },
    )
    const checkout = new StripeCheckoutAdapter({ stripe: stranger, appUrl: APP_URL, environment: 'local' })
    await expect(checkout.findPromotionCode('ANY')).rejects.toMatchObject({ code: 'stripe_refused' })
  })

  test('what is not of Stripe’s is passed on as it is', async () => {
    const fault = new RangeError('ours')
    await expect(callStripe(() => Promise.reject(fault))).rejects.toBe(fault)
  })
})

test('without an address of its own the client speaks to Stripe’s', () => {
  const stripe = createStripeClient({
    secretKey: 'sk_test_1',
    webhookSecrets: [],
    livemode: false,
    apiBase: null,
  })
  expect(stripe.getApiField('host')).toBe('api.stripe.com')
  expect(stripe.getApiField('timeout')).toBe(10_000)
  expect(stripe.getMaxNetworkRetries()).toBe(2)
  expect(stripe.getApiField('version')).toBe('2026-10-28.endive')
})
