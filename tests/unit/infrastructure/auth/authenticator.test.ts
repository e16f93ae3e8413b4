import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Authenticator } from '#src/infrastructure/auth/Authenticator.ts'
import { createAccessTokenVerifier } from '#src/infrastructure/auth/access-token.ts'
import { AuthUnavailableError } from '#src/infrastructure/auth/auth-errors.ts'
import { createUserDirectory } from '#src/infrastructure/auth/user-directory.ts'
import { sendJson, sessionCookieValue, startAuthServer, type TestAuthServer, USER_ID } from './auth-server.ts'

const OTHER_ID = '11111111-2222-4333-8444-555555555555'
const ada = { id: USER_ID, email: 'ada@example.test' }

let server: TestAuthServer
let authenticator: Authenticator
let token: string

beforeEach(async () => {
  server = await startAuthServer()
  server.answer('/user', (_request, response) => sendJson(response, 200, ada))
  token = await server.sign()
  authenticator = new Authenticator(
    createAccessTokenVerifier(server.url),
    createUserDirectory(server.url, 'sb_publishable_test'),
    'session',
  )
})
afterEach(() => server.close())

describe('who sends a request', () => {
  it('is told by a bearer token', async () => {
    expect(await authenticator.identify({ authorization: `Bearer ${token}`, cookies: [] })).toEqual(ada)
  })

  it('is told by the session cookie', async () => {
    const cookies = [{ name: 'session', value: sessionCookieValue(token) }]
    expect(await authenticator.identify({ authorization: null, cookies })).toEqual(ada)
  })

  it('is told by a session cookie in chunks', async () => {
    const value = sessionCookieValue(token)
    const cookies = [
      { name: 'session.1', value: value.slice(100) },
      { name: 'session.0', value: value.slice(0, 100) },
    ]
    expect(await authenticator.identify({ authorization: null, cookies })).toEqual(ada)
  })

  it('is nobody without a token', async () => {
    expect(await authenticator.identify({ authorization: null, cookies: [] })).toBeNull()
  })

  it('is nobody with a bad bearer token, even beside a good cookie', async () => {
    const cookies = [{ name: 'session', value: sessionCookieValue(token) }]
    expect(await authenticator.identify({ authorization: 'Bearer forged', cookies })).toBeNull()
  })

  it('is nobody with another scheme', async () => {
    expect(await authenticator.identify({ authorization: `Basic ${token}`, cookies: [] })).toBeNull()
  })

  it('is nobody where the user in the cookie was edited but not the token', async () => {
    const forged = await server.sign({ iss: 'https://other.example.test/auth/v1' })
    const cookies = [{ name: 'session', value: sessionCookieValue(forged) }]
    expect(await authenticator.identify({ authorization: null, cookies })).toBeNull()
  })

  it('is unknown, not nobody, where the token expired and the refresh could not reach the server', async () => {
    const cookies = [{ name: 'session', value: sessionCookieValue(await server.sign({}, -1)) }]
    await expect(
      authenticator.identify({ authorization: null, cookies, refreshFailed: true }),
    ).rejects.toBeInstanceOf(AuthUnavailableError)
  })
})

describe('for money, the auth server is asked as well:', () => {
  it('it confirms the user', async () => {
    expect(await authenticator.identifyFresh({ authorization: `Bearer ${token}`, cookies: [] })).toEqual(ada)
    expect(server.calls.get('/user')).toBe(1)
  })

  it('a user without an e-mail has none', async () => {
    server.answer('/user', (_request, response) => sendJson(response, 200, { id: USER_ID }))
    expect(await authenticator.identifyFresh({ authorization: `Bearer ${token}`, cookies: [] })).toEqual({
      id: USER_ID,
      email: null,
    })
  })

  it('a deleted user or revoked session is refused although the token is still valid', async () => {
    server.answer('/user', (_request, response) =>
      sendJson(response, 403, { code: 403, error_code: 'user_not_found', msg: 'User not found' }),
    )
    expect(await authenticator.identifyFresh({ authorization: `Bearer ${token}`, cookies: [] })).toBeNull()
  })

  it('an answer about somebody else is refused', async () => {
    server.answer('/user', (_request, response) => sendJson(response, 200, { ...ada, id: OTHER_ID }))
    expect(await authenticator.identifyFresh({ authorization: `Bearer ${token}`, cookies: [] })).toBeNull()
  })

  it('nobody is asked about where the token is forged or missing', async () => {
    expect(await authenticator.identifyFresh({ authorization: 'Bearer forged', cookies: [] })).toBeNull()
    expect(await authenticator.identifyFresh({ authorization: null, cookies: [] })).toBeNull()
    expect(server.calls.get('/user')).toBeUndefined()
  })

  it('a server that fails is unavailable, not a refusal', async () => {
    server.answer('/user', (_request, response) => response.writeHead(503).end())
    await expect(
      authenticator.identifyFresh({ authorization: `Bearer ${token}`, cookies: [] }),
    ).rejects.toBeInstanceOf(AuthUnavailableError)
  })
})
