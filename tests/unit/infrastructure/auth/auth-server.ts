import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'

/** The user whose tokens the server signs. */
export const USER_ID = '3f0c6f0e-7a3b-4a55-9d0e-0c6f2f1f7a10'

/** A claim that a test wants otherwise; undefined leaves it out. */
export type Claims = JWTPayload & { readonly email?: string | undefined }

/** An auth server on this machine that publishes a key set and answers `GET /user` and `POST /token`. */
export interface TestAuthServer {
  readonly url: string
  readonly issuer: string
  /** How often each path was asked for. */
  readonly calls: Map<string, number>
  /** The key that signs, and its public half as JWK text (for the HS256 attack). */
  readonly privateKey: CryptoKey
  readonly publicJwk: string
  /** A token signed by the server's key, with `claims` laid over the usual ones. */
  sign(claims?: Claims, expiresInSeconds?: number): Promise<string>
  /** Answers `path` (as `/user`) this way from now on. */
  answer(path: string, handler: (request: IncomingMessage, response: ServerResponse) => void): void
  close(): Promise<void>
}

/** Starts it on 127.0.0.1 and a free port, signing with ES256. */
export async function startAuthServer(): Promise<TestAuthServer> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'test-key', alg: 'ES256', use: 'sig' }
  const calls = new Map<string, number>()
  const handlers = new Map<string, (request: IncomingMessage, response: ServerResponse) => void>()
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://server').pathname.replace('/auth/v1', '')
    calls.set(path, (calls.get(path) ?? 0) + 1)
    const handler = handlers.get(path)
    if (handler) handler(request, response)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const issuer = `${url}/auth/v1`
  handlers.set('/.well-known/jwks.json', (_request, response) => sendJson(response, 200, { keys: [jwk] }))
  return {
    url,
    issuer,
    calls,
    privateKey,
    publicJwk: JSON.stringify(jwk),
    sign: (claims = {}, expiresInSeconds = 3600) => {
      const now = Math.floor(Date.now() / 1000)
      return new SignJWT({
        iss: issuer,
        aud: 'authenticated',
        sub: USER_ID,
        email: 'ada@example.test',
        iat: now - 60,
        exp: now + expiresInSeconds,
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', kid: 'test-key' })
        .sign(privateKey)
    },
    answer: (path, handler) => handlers.set(path, handler),
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections()
        server.close(() => resolve())
      }),
  }
}

/** Ends an answer with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

/** The value that `@supabase/ssr` writes for a session with this access token. */
export function sessionCookieValue(accessToken: string, expiresInSeconds = 3600): string {
  const session = {
    access_token: accessToken,
    refresh_token: 'refresh-1',
    token_type: 'bearer',
    expires_in: expiresInSeconds,
    expires_at: Math.floor(Date.now() / 1000) + expiresInSeconds,
    user: { id: USER_ID, email: 'ada@example.test' },
  }
  return `base64-${Buffer.from(JSON.stringify(session)).toString('base64url')}`
}
