import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type AccessTokenVerifier, createAccessTokenVerifier } from '#src/infrastructure/auth/access-token.ts'
import { AuthUnavailableError } from '#src/infrastructure/auth/auth-errors.ts'
import { sendJson, startAuthServer, type TestAuthServer, USER_ID } from './auth-server.ts'

let server: TestAuthServer
let verifier: AccessTokenVerifier

beforeEach(async () => {
  server = await startAuthServer()
  verifier = createAccessTokenVerifier(server.url)
})
afterEach(() => server.close())

describe('an access token', () => {
  it('of the configured project names its user and e-mail', async () => {
    expect(await verifier.verify(await server.sign())).toEqual({ id: USER_ID, email: 'ada@example.test' })
  })

  it('is verified with RS256 as well', async () => {
    const { privateKey, publicKey } = await generateKeyPair('RS256')
    const jwk = { ...(await exportJWK(publicKey)), kid: 'rsa', alg: 'RS256' }
    server.answer('/.well-known/jwks.json', (_request, response) => sendJson(response, 200, { keys: [jwk] }))
    const token = await new SignJWT({ iss: server.issuer, aud: 'authenticated', sub: USER_ID })
      .setProtectedHeader({ alg: 'RS256', kid: 'rsa' })
      .setExpirationTime('1h')
      .sign(privateKey)
    expect(await verifier.verify(token)).toEqual({ id: USER_ID, email: null })
  })

  it('asks for the key set once, however many tokens come', async () => {
    const token = await server.sign()
    await verifier.verify(token)
    await verifier.verify(token)
    expect(server.calls.get('/.well-known/jwks.json')).toBe(1)
  })

  it('takes an empty e-mail (a phone or anonymous user) for none', async () => {
    expect(await verifier.verify(await server.sign({ email: '' }))).toEqual({ id: USER_ID, email: null })
  })
})

describe('nobody is signed in by a token that', () => {
  it('has expired', async () => {
    expect(await verifier.verify(await server.sign({}, -1))).toBeNull()
  })

  it('never expires', async () => {
    expect(await verifier.verify(await server.sign({ exp: undefined }))).toBeNull()
  })

  it('was signed by another key under the same key id', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT({ iss: server.issuer, aud: 'authenticated', sub: USER_ID })
      .setProtectedHeader({ alg: 'ES256', kid: 'test-key' })
      .setExpirationTime('1h')
      .sign(privateKey)
    expect(await verifier.verify(token)).toBeNull()
  })

  it('names a key that is not in the set', async () => {
    const token = await new SignJWT({ iss: server.issuer, aud: 'authenticated', sub: USER_ID })
      .setProtectedHeader({ alg: 'ES256', kid: 'another' })
      .setExpirationTime('1h')
      .sign(server.privateKey)
    expect(await verifier.verify(token)).toBeNull()
  })

  it('is unsigned (alg none)', async () => {
    const token = new UnsecuredJWT({ iss: server.issuer, aud: 'authenticated', sub: USER_ID })
      .setExpirationTime('1h')
      .encode()
    expect(await verifier.verify(token)).toBeNull()
  })

  it('is signed HS256 with the public key as its secret', async () => {
    const token = await new SignJWT({ iss: server.issuer, aud: 'authenticated', sub: USER_ID })
      .setProtectedHeader({ alg: 'HS256', kid: 'test-key' })
      .setExpirationTime('1h')
      .sign(new TextEncoder().encode(server.publicJwk))
    expect(await verifier.verify(token)).toBeNull()
  })

  it('comes from another issuer', async () => {
    expect(await verifier.verify(await server.sign({ iss: 'https://other.example.test/auth/v1' }))).toBeNull()
  })

  it('is meant for another audience', async () => {
    expect(await verifier.verify(await server.sign({ aud: 'anon' }))).toBeNull()
  })

  it('has an edited payload', async () => {
    const [header, , signature] = (await server.sign()).split('.')
    const payload = base64url.encode(
      JSON.stringify({ iss: server.issuer, aud: 'authenticated', sub: USER_ID, exp: 9e9 }),
    )
    expect(await verifier.verify(`${header}.${payload}.${signature}`)).toBeNull()
  })

  it('names no user', async () => {
    expect(await verifier.verify(await server.sign({ sub: undefined }))).toBeNull()
  })

  it('names a user by something that is no id', async () => {
    expect(await verifier.verify(await server.sign({ sub: 'admin' }))).toBeNull()
  })

  it('is no token at all', async () => {
    expect(await verifier.verify('not.a.token')).toBeNull()
  })

  it('is longer than any of Supabase, and it is not even parsed', async () => {
    expect(await verifier.verify('x'.repeat(8_193))).toBeNull()
    expect(server.calls.get('/.well-known/jwks.json')).toBeUndefined()
  })
})

describe('an auth server that is down is not "signed out":', () => {
  it('an unreachable key set rejects as unavailable', async () => {
    const token = await server.sign()
    await server.close()
    await expect(verifier.verify(token)).rejects.toBeInstanceOf(AuthUnavailableError)
  })

  it('a key set that answers 500 rejects as unavailable and retryable', async () => {
    server.answer('/.well-known/jwks.json', (_request, response) => response.writeHead(500).end())
    await expect(verifier.verify(await server.sign())).rejects.toMatchObject({
      code: 'auth_unavailable',
      retryable: true,
    })
  })

  it('a key set that is no JSON rejects as unavailable', async () => {
    server.answer('/.well-known/jwks.json', (_request, response) => response.end('<html>'))
    await expect(verifier.verify(await server.sign())).rejects.toBeInstanceOf(AuthUnavailableError)
  })
})
