import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openShop, type Shop } from '../shop.ts'
import { StripeCli } from './stripe-cli.ts'

let shop: Shop
let cli: StripeCli

beforeAll(async () => {
  shop = await openShop()
  cli = new StripeCli(shop.sandbox)
})
afterAll(() => shop.sandbox.close())

it('stripe customers create, retrieve, update, list and delete', async () => {
  const { id } = await cli.json('customers', 'create', '--name', 'Zoë', '-d', 'metadata[plan]=pro')
  expect(await cli.json('customers', 'retrieve', String(id))).toMatchObject({
    name: 'Zoë',
    metadata: { plan: 'pro' },
  })
  expect(await cli.json('customers', 'update', String(id), '--name', 'Ana')).toMatchObject({ name: 'Ana' })
  expect(await cli.json('customers', 'list', '--limit', '1')).toMatchObject({ data: [{ id }] })
  expect((await cli.run('customers', 'delete', String(id), '--confirm')).output).toContain('"deleted": true')
})

/** How a fixture names what an earlier step answered. */
const fromStep = (step: string, field: string) => `\${${step}:${field}}`

it('stripe post and get speak to any path', async () => {
  const created = await cli.json('post', '/v1/products', '-d', 'name=A product')
  expect(await cli.json('get', `/v1/products/${created.id}`)).toMatchObject({ name: 'A product' })
  expect(await cli.json('get', String(created.id))).toMatchObject({ id: created.id })
})

it('a refusal is shown as Stripe words it', async () => {
  const { output } = await cli.run('get', '/v1/customers/cus_none')
  expect(output).toContain("No such customer: 'cus_none'")
})

it('stripe fixtures runs a file, each step with what the ones before it made', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'fixtures-')), 'fixture.json')
  writeFileSync(
    file,
    JSON.stringify({
      _meta: { template_version: 0 },
      fixtures: [
        { name: 'product', path: '/v1/products', method: 'post', params: { name: 'From a fixture' } },
        {
          name: 'price',
          path: '/v1/prices',
          method: 'post',
          params: { product: fromStep('product', 'id'), unit_amount: 1200, currency: 'usd' },
        },
      ],
    }),
  )
  const { code, output } = await cli.run('fixtures', file)

  expect(output).not.toContain('error')
  expect(code).toBe(0)
  const { data } = await shop.stripe.prices.list({ limit: 1 })
  expect(data).toMatchObject([{ unit_amount: 1200 }])
  expect(await shop.stripe.products.retrieve(String(data[0]?.product))).toMatchObject({
    name: 'From a fixture',
  })
})
