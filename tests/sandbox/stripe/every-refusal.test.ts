import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { routes } from '#src/sandbox/stripe/routes.ts'
import { openShop, type Shop } from './shop.ts'

let shop: Shop

beforeAll(async () => {
  shop = await openShop({ onlySecretKey: true })
})
afterAll(() => shop.sandbox.close())

const RUNS = 1_000

/** What every refusal says (docs.stripe.com/api/errors). The SDK takes JSON without `error` for success. */
const refusalBody = z.object({
  error: z.looseObject({
    type: z.enum(['api_error', 'card_error', 'idempotency_error', 'invalid_request_error']),
    message: z.string().min(1),
  }),
})

const id = fc.constantFrom('cus_none', 'x', '%00', 'a%2Fb', '☃', 'sub_'.repeat(200))
const route = fc.constantFrom(...routes.map(([, path]) => path))
const known = fc.tuple(route, id).map(([path, each]) => path.replaceAll(':id', each))
const unknown = fc
  .array(fc.constantFrom('v1', 'v2', 'v3', 'customers', 'search', '..', '_sandbox', 'events', '%'), {
    minLength: 1,
    maxLength: 5,
  })
  .map((parts) => `/${parts.join('/')}`)
const parameter = fc.tuple(
  fc.constantFrom(
    'limit',
    'name',
    'items[0][price]',
    'metadata[a][b]',
    'expand[]',
    'amount',
    'customer',
    '[',
    'a]b[',
    'x',
  ),
  fc.constantFrom('', '-1', '☃', 'null', 'NaN', '99999999999999999999', 'cus_none', '%zz', 'x'.repeat(6_000)),
)
const request = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE', 'PUT', 'PATCH', 'OPTIONS'),
  path: fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: unknown }),
  body: fc.array(parameter, { maxLength: 3 }).map((pairs) => pairs.map((pair) => pair.join('=')).join('&')),
  key: fc.constantFrom('right', 'right', 'right', 'wrong', 'none'),
})

it('whatever is asked, a refusal has the body of an error, and nothing makes the sandbox fail', async () => {
  const { secretKey, url } = shop.sandbox
  const keys = { right: `Bearer ${secretKey}`, wrong: 'Bearer sk_test_of_another', none: '' }
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, body, key }) => {
      const hasBody = method !== 'GET' && method !== 'OPTIONS'
      const response = await fetch(url + path + (hasBody || body === '' ? '' : `?${body}`), {
        method,
        redirect: 'manual',
        headers: { authorization: keys[key], 'content-type': 'application/x-www-form-urlencoded' },
        ...(hasBody && { body }),
      })
      const text = await response.text()

      expect(response.status).toBeLessThan(500)
      if (response.status >= 400) expect(refusalBody.safeParse(JSON.parse(text)).error).toBeUndefined()
    }),
    { numRuns: RUNS },
  )
}, 60_000)

it('a request whose head is too long to be read is refused with it as well', async () => {
  const response = await fetch(`${shop.sandbox.url}/v1/customers?email=${'x'.repeat(20_000)}`)

  expect(response.status).toBe(431)
  expect(refusalBody.safeParse(await response.json()).error).toBeUndefined()
})
