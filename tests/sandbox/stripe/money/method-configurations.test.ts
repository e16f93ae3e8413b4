import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sellBook } from '../checkout/book-shop.ts'
import { openShop, type Shop } from '../shop.ts'
import { refusal } from './pay.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
})
beforeEach(() => shop.sandbox.reset())
afterAll(() => shop.sandbox.close())

const on = { display_preference: { preference: 'on' } } as const
const off = { display_preference: { preference: 'off' } } as const

describe('a payment method configuration', () => {
  it('decides what a payment, a setup and a session offer', async () => {
    const configuration = await shop.stripe.paymentMethodConfigurations.create({
      name: 'Europe',
      ideal: on,
      sepa_debit: off,
    })
    expect(configuration).toMatchObject({
      is_default: false,
      ideal: { available: true, display_preference: { preference: 'on', value: 'on' } },
      card: { available: true, display_preference: { preference: 'none', value: 'on' } },
    })
    const payment_method_configuration = configuration.id
    const intent = await shop.stripe.paymentIntents.create({
      amount: 4_900,
      currency: 'eur',
      payment_method_configuration,
    })
    const setup = await shop.stripe.setupIntents.create({ payment_method_configuration })
    const session = await sellBook(shop, { payment_method_configuration })

    expect(intent.payment_method_types).toEqual(['card', 'ideal'])
    expect(setup.payment_method_types).toEqual(['card', 'us_bank_account'])
    expect(session).toMatchObject({
      payment_method_types: ['card'],
      payment_method_configuration_details: { id: configuration.id, parent: null },
    })
  })

  it('leaves to its parent what it does not decide', async () => {
    const parent = await shop.stripe.paymentMethodConfigurations.create({ card: off })
    const child = await shop.stripe.paymentMethodConfigurations.create({ parent: parent.id, ideal: on })

    expect(child).toMatchObject({ parent: parent.id, card: { available: false }, ideal: { available: true } })
  })

  it('is there from the start, and cannot be turned off then', async () => {
    const { data } = await shop.stripe.paymentMethodConfigurations.list()
    const [standard] = data
    expect(data).toMatchObject([{ is_default: true, active: true }])
    await expect(
      refusal(shop.stripe.paymentMethodConfigurations.update(standard?.id ?? '', { active: false })),
    ).resolves.toMatchObject({ param: 'active' })
  })

  it('that is not active offers nothing, and stands beside no types', async () => {
    const { id } = await shop.stripe.paymentMethodConfigurations.create({ ideal: on })
    const create = (more: object = {}) =>
      shop.stripe.paymentIntents.create({
        amount: 4_900,
        currency: 'eur',
        payment_method_configuration: id,
        ...more,
      })
    await expect(refusal(create({ allowed_payment_method_types: ['card'] }))).resolves.toMatchObject({
      param: 'payment_method_configuration',
    })
    await shop.stripe.paymentMethodConfigurations.update(id, { active: false })

    await expect(refusal(create())).resolves.toMatchObject({ param: 'payment_method_configuration' })
  })
})
