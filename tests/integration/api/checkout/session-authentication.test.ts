import { randomUUID } from 'node:crypto'
import { base64url, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, test, vi } from 'vitest'
import { createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { type BillingStack, startBillingStack, type TestUser } from '#tests/support/billing-stack.ts'
import { bearer, expectRefused, postCheckout } from '#tests/support/checkout-endpoint.ts'
import { forgetRequests } from '#tests/support/stripe-requests.ts'

let stack: BillingStack
let user: TestUser

beforeAll(async () => {
  stack = await startBillingStack()
})
afterAll(() => stack.close())
beforeEach(async () => {
  user = await stack.signUp()
  await forgetRequests(stack.stripe)
})
afterEach(() => {
  stack.stripe.clearFaults()
  stack.supabase.faults.clear()
  stack.upstash.faults.clear()
})

const post = (sent: Parameters<typeof postCheckout>[1] = {}) => postCheckout(stack, sent)
const byToken = (token = user.accessToken) => bearer(token)
const byCookie = (cookie = user.cookieHeader) => ({ cookie, origin: stack.appUrl })

describe('F85: who is not signed in is refused with 401', () => {
  const [HEAD, CLAIMS, SIGNATURE] = [0, 1, 2] as const
  const part = (token: string, index: 0 | 1 | 2) => token.split('.')[index] ?? ''
  const json = (segment: string) => JSON.parse(new TextDecoder().decode(base64url.decode(segment)))
  const encode = (value: object) => base64url.encode(JSON.stringify(value))

  /** The user's own token, with other claims under the old signature. */
  const edited = (changes: object) => {
    const token = user.accessToken
    return [
      part(token, HEAD),
      encode({ ...json(part(token, CLAIMS)), ...changes }),
      part(token, SIGNATURE),
    ].join('.')
  }

  test('without any credentials', async () => {
    await expectRefused(stack, await post({ headers: { origin: stack.appUrl } }), 401, 'unauthenticated')
  })

  test.each<[string, () => string | Promise<string>]>([
    ['no token at all', () => ''],
    ['what is no token', () => 'let-me-in'],
    ['the key of the project', () => stack.supabase.publishableKey],
    ['the secret key of the project, which is no user', () => stack.supabase.secretKey],
    ['an edited user id', () => edited({ sub: randomUUID() })],
    ['an edited expiry', () => edited({ exp: 4_000_000_000 })],
    ['no signature', () => user.accessToken.replace(/[^.]+$/, '')],
    ['alg none', () => `${encode({ alg: 'none', typ: 'JWT' })}.${part(user.accessToken, CLAIMS)}.`],
    [
      'alg None, as some libraries let through',
      () => `${encode({ alg: 'None' })}.${part(user.accessToken, CLAIMS)}.`,
    ],
    [
      'a key of the forger’s own',
      async () => {
        const { privateKey, publicKey } = await generateKeyPair('ES256')
        return new SignJWT(json(part(user.accessToken, CLAIMS)))
          .setProtectedHeader({ ...json(part(user.accessToken, HEAD)), jwk: await exportJWK(publicKey) })
          .sign(privateKey)
      },
    ],
    [
      'HS256 with the public key for a secret',
      async () => {
        const response = await fetch(`${stack.supabase.url}/auth/v1/.well-known/jwks.json`)
        const { keys } = (await response.json()) as { keys: [object] }
        return new SignJWT(json(part(user.accessToken, CLAIMS)))
          .setProtectedHeader({ alg: 'HS256', kid: json(part(user.accessToken, HEAD)).kid })
          .sign(new TextEncoder().encode(JSON.stringify(keys[0])))
      },
    ],
  ])('%s', async (_, token) => {
    await expectRefused(stack, await post({ headers: byToken(await token()) }), 401, 'unauthenticated')
  })

  test('a token that has expired', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 2 * 3_600_000 })
    const response = await post({ headers: byToken() })
    vi.useRealTimers()
    await expectRefused(stack, response, 401, 'unauthenticated')
  })

  test('a bad token beside a good cookie', async () => {
    const headers = { ...byCookie(), ...byToken('let-me-in') }
    await expectRefused(stack, await post({ headers }), 401, 'unauthenticated')
  })

  test('a cookie whose user id was edited', async () => {
    const forged = { access_token: edited({ sub: randomUUID() }), user: { id: randomUUID() } }
    const name = user.cookieHeader.split('=')[0] ?? ''
    const cookie = `${name.replace(/\.\d+$/, '')}=base64-${encode(forged)}`
    await expectRefused(stack, await post({ headers: byCookie(cookie) }), 401, 'unauthenticated')
  })

  test('a token of a user who was deleted', async () => {
    const admin = createSupabaseServiceClient(stack.config.supabase)
    await admin.auth.admin.deleteUser(user.id)
    await expectRefused(stack, await post({ headers: byToken() }), 401, 'unauthenticated')
  })
})

describe('F90: a request that no page of ours sent is refused with 403', () => {
  test.each<[string, () => Record<string, string>]>([
    ['another origin', () => ({ cookie: user.cookieHeader, origin: 'https://elsewhere.test' })],
    ['an opaque origin', () => ({ cookie: user.cookieHeader, origin: 'null' })],
    ['a cookie and no origin', () => ({ cookie: user.cookieHeader })],
    ['our origin, sent across sites', () => ({ ...byCookie(), 'sec-fetch-site': 'cross-site' })],
    ['our host on another port', () => ({ cookie: user.cookieHeader, origin: 'http://127.0.0.1:1' })],
    ['another origin that brings a token', () => ({ ...byToken(), origin: 'https://elsewhere.test' })],
  ])('%s', async (_, headers) => {
    await expectRefused(stack, await post({ headers: headers() }), 403, 'foreign_origin')
  })
})
