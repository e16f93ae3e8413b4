import { createHash, randomBytes } from 'node:crypto'
import { exportJWK, generateKeyPair, type JWK, type JWTPayload, jwtVerify, SignJWT } from 'jose'
import { LRUCache } from 'lru-cache'

/** How a project signs: with a key pair of its own, as today's do, or with one shared secret, as old ones do. */
export type TokenAlgorithm = 'ES256' | 'HS256'

/** The shared secret of an old project has no id and stands in no JWKS. */
type SigningKey =
  | { alg: 'ES256'; kid: string; privateKey: CryptoKey; publicKey: CryptoKey; publicJwk: JWK }
  | { alg: 'HS256'; kid: undefined; secret: Uint8Array }

export interface TokenTranslatorOptions {
  /** The `iss` of user tokens: the stand-in's address and `/auth/v1`. Asked for at each use. */
  issuer: () => string
  /** The secret that lite signs and verifies with. */
  liteSecret: string
  /** How tokens are signed until the first rotation. */
  algorithm: TokenAlgorithm
  /** The project's shared secret, which signs its legacy API keys and, with `HS256`, its users' tokens. */
  legacySecret: string
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
    const legacy: SigningKey = {
      alg: 'HS256',
      kid: undefined,
      secret: new TextEncoder().encode(options.legacySecret),
    }
    return new TokenTranslator(options, options.algorithm === 'HS256' ? legacy : await createKey())
  }

  /** The public keys, the current one first. */
  jwks(): { keys: JWK[] } {
    return { keys: this.#keys.flatMap((key) => (key.alg === 'ES256' ? [key.publicJwk] : [])) }
  }

  /**
   * Signs ES256 with a new key from now on. Tokens of the old one stay valid, as after a rotation on Supabase; so do
   * those of a shared secret, which is how an old project moves over.
   */
  async rotate(): Promise<void> {
    this.#keys = [await createKey(), ...this.#keys]
  }

  /** Withdraws all keys but the current one, and with them every token that they signed. */
  revokeOldKeys(): void {
    this.#keys = this.#keys.slice(0, 1)
    this.#translated.clear()
  }

  /** The `iss` of the tokens. */
  get issuer(): string {
    return this.#options.issuer()
  }

  /** Signs a user's access token. `exp` must be among the claims. */
  async sign(claims: JWTPayload): Promise<string> {
    const key = this.#current()
    const token = new SignJWT({ ...claims, iss: this.issuer })
    return key.alg === 'ES256'
      ? token.setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'JWT' }).sign(key.privateKey)
      : token.setProtectedHeader({ alg: key.alg, typ: 'JWT' }).sign(key.secret)
  }

  /** @throws jose's errors where the token is not one of ours, or no longer valid. */
  async verify(token: string): Promise<JWTPayload> {
    const { payload } = await jwtVerify(token, ({ alg, kid }) => this.#find(alg, kid), {
      algorithms: ['ES256', 'HS256'],
      issuer: this.issuer,
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

  /** The key by its id and its own algorithm: a public key never serves as a shared secret. */
  #find(alg: string | undefined, kid: string | undefined): CryptoKey | Uint8Array {
    const key = this.#keys.find((candidate) => candidate.alg === alg && candidate.kid === kid)
    if (key === undefined) throw new Error(`No signing key ${alg} ${kid}`)
    return key.alg === 'ES256' ? key.publicKey : key.secret
  }
}

async function createKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true })
  const kid = createHash('sha256').update(randomBytes(16)).digest('hex').slice(0, 32)
  const jwk = await exportJWK(publicKey)
  return {
    alg: 'ES256',
    kid,
    privateKey,
    publicKey,
    publicJwk: { ...jwk, kid, alg: 'ES256', use: 'sig', key_ops: ['verify'] },
  }
}
