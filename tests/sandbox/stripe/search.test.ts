import type Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop()
  const people: Stripe.CustomerCreateParams[] = [
    { name: 'Ada Lovelace', email: 'ada@example.test', metadata: { team: 'red', ticket: 'T-1' } },
    { name: 'Alan Turing', email: 'alan@example.test', metadata: { team: 'blue' } },
    { name: 'Grace "Amazing" Hopper', email: 'grace@navy.test' },
  ]
  for (const person of people) await shop.stripe.customers.create(person)
})
afterAll(() => shop.sandbox.close())

const limits = (given: object) =>
  fetch(`${shop.sandbox.url}/_sandbox/limits`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(given),
  })

const names = async (query: string) =>
  (await shop.stripe.customers.search({ query })).data.map(({ name }) => name?.split(' ')[0])

describe('a search', () => {
  it.each([
    ['email:"ada@example.test"', ['Ada']],
    ["email:'ADA@example.test'", ['Ada']],
    ['email~"example"', ['Alan', 'Ada']],
    ['-email~"example"', ['Grace']],
    ['name:"Grace \\"Amazing\\" Hopper"', ['Grace']],
    ['metadata["team"]:"red"', ['Ada']],
    ['-metadata["team"]:null', ['Alan', 'Ada']],
    ['metadata["ticket"]:null', ['Grace', 'Alan']],
    ['metadata["team"]:"red" OR metadata["team"]:"blue"', ['Alan', 'Ada']],
    ['email~"example" AND -metadata["team"]:"red"', ['Alan']],
    ['email~"example" name~"turing"', ['Alan']],
    ['created>0 and created<1', []],
  ])('%s', async (query, found) => {
    expect(await names(query)).toEqual(found)
  })

  it.each([
    ['of a field that the resource has not', 'colour:"red"'],
    ['that mixes AND and OR', 'name:"a" AND name:"b" OR name:"c"'],
    ['of a part of a token', 'metadata["team"]~"red"'],
    ['of a part of two characters', 'name~"ad"'],
    ['for a text that is larger than another', 'name>5'],
    ['without quotes around text', 'name:ada'],
    ['that ends in AND', 'name:"ada" AND'],
    ['of eleven clauses', Array.from({ length: 11 }, () => 'created>0').join(' AND ')],
  ])('%s is refused', async (_what, query) => {
    await expect(names(query)).rejects.toMatchObject({ statusCode: 400, param: 'query' })
  })

  it('has pages, which the SDK follows, and counts where that is asked for', async () => {
    const query = 'created>0'
    const all = await shop.stripe.customers.search({ query, limit: 2 }).autoPagingToArray({ limit: 100 })
    const first = await shop.stripe.customers.search({ query, limit: 2, expand: ['total_count'] })

    expect(new Set(all.map(({ id }) => id)).size).toBe(3)
    expect(first).toMatchObject({ has_more: true, total_count: 3, next_page: expect.any(String) })
    expect(await shop.stripe.customers.search({ query })).not.toHaveProperty('total_count')
    await expect(
      shop.stripe.customers.search({ query: 'created>1', page: first.next_page ?? '' }),
    ).rejects.toMatchObject({ param: 'page' })
  })

  it('reaches everything that Stripe lets one search', async () => {
    const subscription = await shop.subscribe()
    const of = `customer:"${subscription.customer}"`
    const first = async <Item>(search: Promise<{ data: Item[] }>) => (await search).data[0]

    expect(
      await first(shop.stripe.charges.search({ query: `${of} payment_method_details.card.last4:4242` })),
    ).toMatchObject({ object: 'charge' })
    expect(
      await first(shop.stripe.paymentIntents.search({ query: `${of} status:"succeeded"` })),
    ).toMatchObject({
      object: 'payment_intent',
    })
    expect(
      await first(shop.stripe.invoices.search({ query: `subscription:"${subscription.id}" total>0` })),
    ).toMatchObject({ object: 'invoice' })
    expect(await first(shop.stripe.subscriptions.search({ query: 'status:"active"' }))).toMatchObject({
      id: subscription.id,
    })
    expect(
      await first(shop.stripe.prices.search({ query: 'lookup_key:"tollgate_pro_monthly_v1"' })),
    ).toMatchObject({ object: 'price' })
    expect(await first(shop.stripe.products.search({ query: 'active:"true"' }))).toMatchObject({
      object: 'product',
    })
  })
})

describe('the index', () => {
  it('lags behind what is written, by as much as is asked for', async () => {
    const { id } = await shop.stripe.customers.create({ name: 'Before' })
    await shop.sandbox.advance({ seconds: 60 })
    await limits({ search_lag_seconds: 60 })
    await shop.stripe.customers.create({ name: 'Newcomer' })
    await shop.stripe.customers.update(id, { name: 'After' })

    expect(await names('name:"Newcomer"')).toEqual([])
    expect(await names('name:"Before"')).toEqual(['Before'])
    await shop.sandbox.advance({ seconds: 60 })
    expect(await names('name:"Newcomer"')).toEqual(['Newcomer'])
    expect(await names('name:"After"')).toEqual(['After'])
    await limits({ search_lag_seconds: 0 })
  })
})
