import { createHash, randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'

interface SigningKey {
  kid: string
  privateKey: CryptoKey
  publicKey: CryptoKey
  publicJwk: JWK
}

export interface TokenTranslatorOptions {
  /** The `iss` of user tokens: the stand-in's address and `/auth/v1`. Asked for at each use. */
  issuer: () => string
  /** The secret that lite signs and verifies with. */
  liteSecret: string
}

/** Tokens whose translation is remembered. */
const REMEMBERED_TOKENS = 1000

/**
 * Translates between the tokens that clients hold (ES256, verifiable with the JWKS, as on projects with asymmetric
 * signing keys: supabase.com/docs/guides/auth/signing-keys) and the HS256 tokens that lite understands.
 */
export class TokenTranslator {
  readonly #options: TokenTranslatorOptions
  readonly #liteKey: Uint8Array
  readonly #translated = new LRUCache<string, { lite: string; exp: number }>({ max: REMEMBERED_TOKENS })
  #keys: SigningKey[]

  private constructor(options: TokenTranslatorOptions, key: SigningKey) {
    this.#options = options
    this.#liteKey = new TextEncoder().encode(options.liteSecret)
    this.#keys = [key]
  }

  static async create(options: TokenTranslatorOptions): Promise<TokenTranslator> {
    return new TokenTranslator(options, await createKey())
  }

  /** The public keys, the current one first. */
  jwks(): { keys: JWK[] } {
    return { keys: this.#keys.map((key) => key.publicJwk) }
  }

  /** Signs with a new key from now on. Tokens of the old one stay valid, as after a rotation on Supabase. */
  async rotate(): Promise<void> {
    this.#keys = [await createKey(), ...this.#keys]
  }

  /** Withdraws all keys but the current one, and with them every token that they signed. */
  revokeOldKeys(): void {
    this.#keys = this.#keys.slice(0, 1)
    this.#translated.clear()
  }

  /** Signs a user's access token. `exp` must be among the claims. */
  async sign(claims: JWTPayload): Promise<string> {
    const key = this.#current()
    return new SignJWT({ ...claims, iss: this.#options.issuer() })
      .setProtectedHeader({ alg: 'ES256', kid: key.kid, typ: 'JWT' })
      .sign(key.privateKey)
  }

  /** @throws jose's errors where the token is not one of ours, or no longer valid. */
  async verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, (header) => this.#find(header.kid), {
      algorithms: ['ES256'],
      issuer: this.#options.issuer(),
      audience: 'authenticated',
      requiredClaims: ['sub', 'exp', 'role'],
    })
    return payload
  }

  /** The HS256 token with the same claims. @throws as `verify` does. */
  async toLite(token: string): Promise<string> {
    const remembered = this.#translated.get(token)
    if (remembered !== undefined && remembered.exp * 1000 > Date.now()) return remembered.lite
    const claims = await this.verify(token)
    const lite = await new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .sign(this.#liteKey)
    this.#translated.set(token, { lite, exp: claims.exp ?? 0 })
    return lite
  }

  /** The claims of a token that lite has just made. */
  async fromLite(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, this.#liteKey, { algorithms: ['HS256'] })
    return payload
  }

  #current(): SigningKey {
    const [key] = this.#keys
    if (key === undefined) throw new Error('No signing key')
    return key
  }

  #find(kid: string | undefined): CryptoKey {
    const key = this.#keys.find((candidate) => candidate.kid === kid)
    if (key === undefined) throw new Error(`No signing key ${kid}`)
    return key.publicKey
  }
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = createHash('sha256').update(randomBytes(16)).digest('hex').slice(0, 32)
  const jwk = await exportJWK(publicKey)
  return {
    kid,
    privateKey,
    publicKey,
    publicJwk: { ...jwk, kid, alg: 'ES256', use: 'sig', key_ops: ['verify'] },
  }
}
