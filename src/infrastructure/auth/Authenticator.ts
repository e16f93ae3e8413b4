import type { AuthUser } from './AuthUser.ts'
import type { AccessTokenVerifier } from './access-token.ts'
import { AuthUnavailableError } from './auth-errors.ts'
import { accessTokenFromCookies, type RequestCookie } from './session-cookie.ts'
import type { UserDirectory } from './user-directory.ts'

/** What a request brings to say who it is. */
export interface Credentials {
  /** The `Authorization` header. */
  readonly authorization: string | null
  readonly cookies: readonly RequestCookie[]
  /** The proxy wanted to refresh the session and could not reach the auth server. */
  readonly refreshFailed?: boolean
}

const BEARER = /^bearer +([^ ]+) *$/i

/**
 * Decides who sends a request. A bearer token, where one is given, is the only thing looked at: a bad one does not
 * fall back to the cookie. Nothing is read from a token or a cookie before its signature is verified.
 */
export class Authenticator {
  readonly #verifier: AccessTokenVerifier
  readonly #directory: UserDirectory
  readonly #cookieName: string

  constructor(verifier: AccessTokenVerifier, directory: UserDirectory, cookieName: string) {
    this.#verifier = verifier
    this.#directory = directory
    this.#cookieName = cookieName
  }

  /** For reads: by signature alone, no call to the auth server. Null is signed out; rejects with `AuthUnavailableError`. */
  async identify(credentials: Credentials): Promise<AuthUser | null> {
    const token = await this.#token(credentials)
    return token === null ? null : this.#verify(token, credentials)
  }

  /**
   * For money: the auth server is asked as well, so that a deleted user or a revoked session is refused at once and
   * not only when the token expires. Null is signed out; rejects with `AuthUnavailableError`.
   */
  async identifyFresh(credentials: Credentials): Promise<AuthUser | null> {
    const token = await this.#token(credentials)
    if (token === null) return null
    const claimed = await this.#verify(token, credentials)
    if (claimed === null) return null
    const user = await this.#directory.getUser(token)
    return user?.id === claimed.id ? user : null
  }

  async #token({ authorization, cookies }: Credentials): Promise<string | null> {
    if (authorization !== null) return BEARER.exec(authorization)?.[1] ?? null
    return accessTokenFromCookies(cookies, this.#cookieName)
  }

  async #verify(token: string, { refreshFailed }: Credentials): Promise<AuthUser | null> {
    const user = await this.#verifier.verify(token)
    if (user === null && refreshFailed) throw new AuthUnavailableError()
    return user
  }
}
