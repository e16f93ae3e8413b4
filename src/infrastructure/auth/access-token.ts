import { createRemoteJWKSet, errors, jwtVerify } from 'jose'
import type { AuthUser } from './AuthUser.ts'
import { AuthUnavailableError } from './auth-errors.ts'

/** Supabase signs with asymmetric keys; naming them shuts out `none` and HS256 with the public key as the secret. */
const ALGORITHMS = ['ES256', 'RS256']

/** `aud` of every token that Supabase Auth gives to a signed-in user. */
const AUDIENCE = 'authenticated'

/** How long to wait for the key set, in milliseconds. */
export const JWKS_BUDGET_MS = 3_000

/** How long the key set is believed, in milliseconds; an unknown key id is looked up earlier, at most every 30 s. */
export const JWKS_MAX_AGE_MS = 600_000

/** Longest token that is looked at, in characters; Supabase's are about 1,000. */
export const ACCESS_TOKEN_MAX = 8_192

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/

/** Says whose an access token is, without asking the auth server each time. */
export interface AccessTokenVerifier {
  /**
   * Answers the user, or null for a token that is not to be trusted: forged, expired, unsigned, of another issuer
   * or audience, or without a user id. Rejects with `AuthUnavailableError` where the keys cannot be had.
   */
  verify(token: string): Promise<AuthUser | null>
}

/**
 * Verifies Supabase access tokens against the project's published keys. `supabaseUrl` is the project's base URL;
 * issuer and key set are derived from it, so a token of another project is refused.
 */
export function createAccessTokenVerifier(supabaseUrl: string): AccessTokenVerifier {
  const issuer = `${supabaseUrl.replace(/\/+$/, '')}/auth/v1`
  const keys = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`), {
    timeoutDuration: JWKS_BUDGET_MS,
    cacheMaxAge: JWKS_MAX_AGE_MS,
  })
  return {
    async verify(token) {
      if (token.length > ACCESS_TOKEN_MAX) return null
      try {
        const { payload } = await jwtVerify(token, keys, {
          algorithms: ALGORITHMS,
          issuer,
          audience: AUDIENCE,
          requiredClaims: ['exp', 'sub'],
        })
        if (typeof payload.sub !== 'string' || !UUID.test(payload.sub)) return null
        return {
          id: payload.sub,
          email: typeof payload.email === 'string' && payload.email !== '' ? payload.email : null,
        }
      } catch (error) {
        if (isTheTokensFault(error)) return null
        throw new AuthUnavailableError(error)
      }
    },
  }
}

/** jose names what is wrong with a token; what is left (network, timeout, a key set that is none) is the server's. */
function isTheTokensFault(error: unknown): boolean {
  return (
    error instanceof errors.JWTExpired ||
    error instanceof errors.JWTClaimValidationFailed ||
    error instanceof errors.JWTInvalid ||
    error instanceof errors.JWSInvalid ||
    error instanceof errors.JWSSignatureVerificationFailed ||
    error instanceof errors.JOSEAlgNotAllowed ||
    error instanceof errors.JOSENotSupported ||
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys
  )
}
