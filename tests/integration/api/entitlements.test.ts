import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { GET } from '#src/app/api/entitlements/route.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { bearer, problemOf } from '#tests/support/checkout-endpoint.ts'
import { deliver, purchasePro } from '#tests/support/webhook-delivery.ts'

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack()
})
beforeEach(async () => {
  user = await stack.signUp()
})
afterEach(() => {
  stack.supabase.faults.clear()
  stack.upstash.faults.clear()
})
afterAll(() => stack.close())

const get = (headers: Record<string, string> = {}) =>
  GET(new Request(`${stack.appUrl}/api/entitlements`, { headers }))

async function buyPro(): Promise<void> {
  const purchase = await purchasePro(stack, user)
  await deliver(stack, purchase.body('customer.subscription.created'))
}

describe('what the browser is told', () => {
  it('of somebody who bought nothing is the free plan', async () => {
    const response = await get(bearer(user.accessToken))

    expect(response.status).toBe(200)
    expect(await response.json()).toMatchObject({ userId: user.id, features: ['projects'], active: [] })
  })

  it.each([
    ['a session cookie', () => ({ cookie: user.cookieHeader })],
    ['a bearer token', () => bearer(user.accessToken)],
  ])('to who comes with %s is what was bought', async (_, headers) => {
    await buyPro()

    const answer = await (await get(headers())).json()

    expect(answer).toMatchObject({ userId: user.id, layer: 'redis', active: [{ plan: 'pro' }] })
    expect(answer.features).toContain('insights')
  })

  it('I7: is about who asks, whatever else the request names', async () => {
    await buyPro()
    const other = await stack.signUp()
    const request = new Request(`${stack.appUrl}/api/entitlements?userId=${user.id}&user_id=${user.id}`, {
      headers: { ...bearer(other.accessToken), 'x-user-id': user.id },
    })

    expect(await (await GET(request)).json()).toMatchObject({ userId: other.id, active: [] })
  })

  it('F65: is nobody else’s to keep', async () => {
    const { headers } = await get(bearer(user.accessToken))

    expect(headers.get('cache-control')).toBe('private, no-store')
    expect(headers.get('vary')).toBe('Cookie, Authorization')
  })
})

describe('who is not told anything by the route itself', () => {
  it.each([
    ['without a session', () => ({})],
    ['with a token that is none', () => bearer('e30.e30.e30')],
    ['with a token changed by one letter', () => bearer(otherSignature(user.accessToken))],
    ['with a cookie that is none', () => ({ cookie: 'sb-127-auth-token=base64-e30' })],
    [
      'with a header that tells Next to run nothing before the route',
      () => ({ 'x-middleware-subrequest': 'src/proxy:src/proxy:src/proxy:src/proxy:src/proxy' }),
    ],
  ])('F35: %s it is 401', async (_, headers) => {
    expect(await problemOf(await get(headers()))).toMatchObject({ status: 401, type: 'unauthenticated' })
  })
})

describe('no backend answers', () => {
  it('503 says when to ask again, and not yes or no', async () => {
    stack.supabase.faults.set({ kind: 'down' })
    stack.upstash.faults.set({ kind: 'down' })

    const response = await get(bearer(user.accessToken))

    expect(response.headers.get('retry-after')).toBe('5')
    expect(await problemOf(response)).toEqual({
      type: 'unavailable',
      title: expect.any(String),
      status: 503,
    })
  })
})

/** The same token with the first letter of its signature exchanged. */
function otherSignature(token: string): string {
  const at = token.lastIndexOf('.') + 1
  return `${token.slice(0, at)}${token[at] === 'A' ? 'B' : 'A'}${token.slice(at + 1)}`
}
