import type { IncomingMessage, ServerResponse } from 'node:http'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { accessTokenFromCookies, sessionCookieOptions } from '#src/infrastructure/auth/session-cookie.ts'
import { refreshSession } from '#src/infrastructure/auth/session-refresh.ts'
import { sendJson, sessionCookieValue, startAuthServer, type TestAuthServer, USER_ID } from './auth-server.ts'

const cookie = sessionCookieOptions('http://127.0.0.1:3000')

let server: TestAuthServer

beforeEach(async () => {
  server = await startAuthServer()
})
afterEach(() => server.close())

const refresh = (value: string) =>
  refreshSession([{ name: cookie.name, value }], {
    supabaseUrl: server.url,
    publishableKey: 'sb_publishable_test',
    cookie,
  })

const unknownRefreshToken = (_request: IncomingMessage, response: ServerResponse) =>
  sendJson(response, 400, { error_code: 'refresh_token_not_found', msg: 'Invalid Refresh Token' })

describe('a session', () => {
  it('that is not there asks nobody', async () => {
    const options = { supabaseUrl: server.url, publishableKey: 'sb_publishable_test', cookie }
    expect(await refreshSession([{ name: 'theme', value: 'dark' }], options)).toEqual({
      cookies: [],
      failed: false,
    })
    expect(server.calls.size).toBe(0)
  })

  it('with time left is kept as it is, without a call', async () => {
    expect(await refresh(sessionCookieValue(await server.sign()))).toEqual({ cookies: [], failed: false })
    expect(server.calls.size).toBe(0)
  })

  it('about to expire gets a new access token in a cookie that scripts cannot read', async () => {
    const fresh = await server.sign()
    server.answer('/token', (_request, response) =>
      sendJson(response, 200, {
        access_token: fresh,
        refresh_token: 'refresh-2',
        token_type: 'bearer',
        expires_in: 3600,
        user: { id: USER_ID },
      }),
    )
    const { cookies, failed } = await refresh(sessionCookieValue(await server.sign({}, 10), 10))
    expect(failed).toBe(false)
    expect(await accessTokenFromCookies(cookies, cookie.name)).toBe(fresh)
    expect(cookies[0]?.options).toMatchObject({ httpOnly: true, sameSite: 'lax', path: '/' })
  })

  it('that has ended and that the server no longer knows is taken away', async () => {
    server.answer('/token', unknownRefreshToken)
    const { cookies, failed } = await refresh(sessionCookieValue(await server.sign({}, -10), -10))
    expect(failed).toBe(false)
    expect(cookies).toMatchObject([{ name: cookie.name, value: '', options: { maxAge: 0 } }])
  })

  it('with a valid access token is kept although it cannot be renewed', async () => {
    server.answer('/token', unknownRefreshToken)
    expect(await refresh(sessionCookieValue(await server.sign({}, 10), 10))).toEqual({
      cookies: [],
      failed: false,
    })
  })

  it('is kept where the server fails, and the failure is said within the budget', async () => {
    server.answer('/token', (_request, response) => response.writeHead(503).end())
    const started = performance.now()
    expect(await refresh(sessionCookieValue(await server.sign({}, -10), -10))).toEqual({
      cookies: [],
      failed: true,
    })
    expect(performance.now() - started).toBeLessThan(4_000)
  })

  it('is kept where the server cannot be reached', async () => {
    const value = sessionCookieValue(await server.sign({}, -10), -10)
    await server.close()
    expect(await refresh(value)).toEqual({ cookies: [], failed: true })
  })
})
