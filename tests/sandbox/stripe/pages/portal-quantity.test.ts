import type Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPortalCounter, type PortalCounter } from './portal-counter.ts'

let counter: PortalCounter
let subscription: Stripe.Subscription
let at: string

beforeEach(async () => {
  counter = await openPortalCounter()
  subscription = await counter.sell(counter.pro)
  at = await counter.changing(subscription, {
    products: counter.offers({ enabled: true, minimum: 2, maximum: 5 }),
  })
})
afterEach(() => counter.sandbox.close())

const bought = async () => {
  const [item] = (await counter.subscription(subscription.id)).items.data
  return [item?.price.id, item?.quantity]
}

describe('how many of a plan', () => {
  it('is asked of each product whose quantity can be adjusted, within its bounds, and of no other', async () => {
    const { html } = await counter.visitor.open(`${at}/update`)

    expect(html).toMatch(new RegExp(`name="quantity_${counter.pro.id}" type="number" min="2" max="5"`))
    expect(html).toContain(`name="quantity_${counter.yearly.id}"`)
    expect(html).not.toContain(`name="quantity_${counter.team.id}"`)
  })

  it('within the bounds is confirmed with its price, and then is what the customer has', async () => {
    const asked = `price=${counter.pro.id}&quantity_${counter.pro.id}=5&quantity_${counter.yearly.id}=1`
    const { text } = await counter.visitor.open(`${at}/confirm?${asked}`)
    await counter.visitor.send(`${at}/update`, { price: counter.pro.id, quantity: '5' })

    expect(text).toContain('€95 per month Pro × 5')
    expect(await bought()).toEqual([counter.pro.id, 5])
  })

  it.each([
    ['6', 'Choose between 2 and 5 of this plan.'],
    ['1', 'Choose between 2 and 5 of this plan.'],
    ['2.5', 'Enter a whole number.'],
  ])('%s is refused beside its field, before and at the confirmation', async (quantity, sentence) => {
    const price = counter.yearly.id
    const shown = await counter.visitor.open(`${at}/confirm?price=${price}&quantity_${price}=${quantity}`)
    const sent = await counter.visitor.send(`${at}/update`, { price, quantity })

    expect([shown.status, sent.status]).toEqual([422, 422])
    expect(shown.text).toContain(sentence)
    expect(shown.html).toContain(`value="${quantity}" aria-invalid="true"`)
    expect(sent.text).toContain(sentence)
    expect(await bought()).toEqual([counter.pro.id, 1])
  })

  it('stays as it is on a plan whose quantity cannot be adjusted, whatever is sent', async () => {
    await counter.visitor.send(`${at}/update`, { price: counter.team.id, quantity: '9' })

    expect(await bought()).toEqual([counter.team.id, 1])
  })

  it('has no end where no maximum is set', async () => {
    const open = await counter.changing(subscription, { products: counter.offers({ enabled: true }) })

    const { text } = await counter.visitor.open(`${open}/confirm?price=${counter.pro.id}&quantity=1000`)
    const none = await counter.visitor.open(`${open}/confirm?price=${counter.pro.id}&quantity=0`)

    expect(text).toContain('€19,000 per month Pro × 1000')
    expect(none.text).toContain('Choose at least 1 of this plan.')
  })

  it('that is what the customer has is no change', async () => {
    const { status, text } = await counter.visitor.open(`${at}/confirm?price=${counter.pro.id}&quantity=1`)

    expect(status).toBe(422)
    expect(text).toContain('This is what you have. Choose something else.')
  })

  it('of a flow is held to the bounds when the flow is asked for', async () => {
    const [item] = subscription.items.data
    const flow = (quantity: number) =>
      counter.changing(
        subscription,
        { products: counter.offers({ enabled: true, maximum: 5 }) },
        {
          type: 'subscription_update_confirm',
          subscription_update_confirm: {
            subscription: subscription.id,
            items: [{ id: String(item?.id), quantity }],
          },
        },
      )

    await expect(flow(6)).rejects.toMatchObject({
      statusCode: 400,
      param: 'flow_data[subscription_update_confirm][items][0][quantity]',
    })
    const { text } = await counter.visitor.open(`${await flow(4)}/confirm`)
    expect(text).toContain('€76 per month Pro × 4')
  })

  it('cannot be at most less than at least', async () => {
    const products = counter.offers({ enabled: true, minimum: 3, maximum: 2 })

    await expect(counter.changing(subscription, { products })).rejects.toMatchObject({
      statusCode: 400,
      param: 'features[subscription_update][products][0][adjustable_quantity][maximum]',
    })
  })
})
