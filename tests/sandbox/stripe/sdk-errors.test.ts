import Stripe from 'stripe'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

const { errors } = Stripe

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ onlySecretKey: true })
})
beforeEach(() => shop.sandbox.clearFaults())
afterAll(() => shop.sandbox.close())

function clientWith(secretKey: string, retries = 0): Stripe {
  const { host, port } = shop.sandbox
  return new Stripe(secretKey, { host, port, protocol: 'http', maxNetworkRetries: retries })
}

async function rejectionOf(act: Promise<unknown>): Promise<unknown> {
  return act.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('the official SDK raises', () => {
  it('StripeCardError for a card that is declined', async () => {
    const intent = shop.stripe.paymentIntents.create({
      amount: 1000,
      currency: 'usd',
      payment_method: 'pm_card_chargeDeclined',
      confirm: true,
      automatic_payment_methods: { enabled: true, allow_redirects: 'never' },
    })
    const error = await rejectionOf(intent)

    expect(error).toBeInstanceOf(errors.StripeCardError)
    expect(error).toMatchObject({ statusCode: 402, code: 'card_declined', decline_code: 'generic_decline' })
  })

  it('StripeInvalidRequestError for a parameter that there is not', async () => {
    const error = await rejectionOf(shop.stripe.customers.create({ nmae: 'x' } as never))

    expect(error).toBeInstanceOf(errors.StripeInvalidRequestError)
    expect(error).toMatchObject({ statusCode: 400, code: 'parameter_unknown', param: 'nmae' })
  })

  it('StripeAuthenticationError for a wrong key', async () => {
    const error = await rejectionOf(clientWith('sk_test_of_another').customers.list())

    expect(error).toBeInstanceOf(errors.StripeAuthenticationError)
  })

  it('StripePermissionError where a fault answers 403', async () => {
    shop.sandbox.addFault({ kind: 'status', status: 403 })

    expect(await rejectionOf(shop.stripe.customers.list())).toBeInstanceOf(errors.StripePermissionError)
  })

  it('StripeRateLimitError where a fault answers 429', async () => {
    shop.sandbox.addFault({ kind: 'status', status: 429 })

    expect(await rejectionOf(shop.stripe.customers.list())).toBeInstanceOf(errors.StripeRateLimitError)
  })

  it('StripeIdempotencyError for a key that was used with other parameters', async () => {
    const idempotencyKey = 'one-key'
    await shop.stripe.customers.create({ name: 'a' }, { idempotencyKey })

    expect(await rejectionOf(shop.stripe.customers.create({ name: 'b' }, { idempotencyKey }))).toBeInstanceOf(
      errors.StripeIdempotencyError,
    )
  })

  it('StripeConnectionError where the connection is cut', async () => {
    shop.sandbox.addFault({ kind: 'down' })

    expect(await rejectionOf(shop.stripe.customers.list())).toBeInstanceOf(errors.StripeConnectionError)
  })

  it('StripeAPIError where the sandbox fails', async () => {
    shop.sandbox.addFault({ kind: 'status', status: 500 })

    expect(await rejectionOf(shop.stripe.customers.list())).toBeInstanceOf(errors.StripeAPIError)
  })

  it('StripeSignatureVerificationError for a body that was changed', async () => {
    const payload = '{"id":"evt_1","object":"event"}'
    const header = shop.stripe.webhooks.generateTestHeaderString({ payload, secret: 'whsec_a' })
    const verify = () => shop.stripe.webhooks.constructEvent(`${payload} `, header, 'whsec_a')

    expect(verify).toThrow(errors.StripeSignatureVerificationError)
  })
})

it('the SDK tries a request again under one key, and its effect happens once', async () => {
  shop.sandbox.addFault({ kind: 'reset', route: '/v1/customers', method: 'POST', times: 1 })
  const before = shop.sandbox.state.customers.size
  const customer = await clientWith(shop.sandbox.secretKey, 2).customers.create({ name: 'once' })

  expect(shop.sandbox.state.customers.size).toBe(before + 1)
  expect(shop.sandbox.state.customers.get(customer.id)?.name).toBe('once')
})
