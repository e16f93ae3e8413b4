import { describe, expect, it } from 'vitest'
import {
  accessTokenFromCookies,
  hasSessionCookie,
  sessionCookieOptions,
} from '#src/infrastructure/auth/session-cookie.ts'

const cookie = (value: string) => [{ name: 'session', value }]

describe('the session cookie', () => {
  it('is bound to its host by prefix and Secure on https', () => {
    expect(sessionCookieOptions('https://app.example.test')).toEqual({
      name: '__Host-tollgate-session',
      path: '/',
      sameSite: 'lax',
      httpOnly: true,
      secure: true,
    })
  })

  it('does without them on http, where browsers would refuse it', () => {
    expect(sessionCookieOptions('http://127.0.0.1:3000')).toMatchObject({
      name: 'tollgate-session',
      secure: false,
      httpOnly: true,
    })
  })

  it('gives its access token, also where it was written as plain JSON', async () => {
    expect(await accessTokenFromCookies(cookie('{"access_token":"abc"}'), 'session')).toBe('abc')
  })

  it.each([
    ['no JSON', 'base64-####'],
    ['half a value', '{"access_token":'],
    ['not an object', '"abc"'],
    ['null', 'null'],
    ['without a token', '{}'],
    ['with a token that is no text', '{"access_token":7}'],
  ])('is no session when it is %s', async (_what, value) => {
    expect(await accessTokenFromCookies(cookie(value), 'session')).toBeNull()
  })

  it('is not mistaken for a cookie with a longer name', () => {
    expect(hasSessionCookie([{ name: 'session-other', value: 'x' }], 'session')).toBe(false)
    expect(hasSessionCookie([{ name: 'session.0', value: 'x' }], 'session')).toBe(true)
  })
})
