import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { BoundedLog } from '../http/bounded-log.ts'
import { FaultSwitch } from '../http/faults.ts'
import { assertSandboxAllowed, type ListenOptions, listenOnLoopback } from '../http/loopback.ts'
import { AccessTokenHook } from './access-token-hook.ts'
import { type ApiKeys, createApiKeys } from './api-keys.ts'
import { openDatabase } from './database.ts'
import { createGateway, type LoggedRequest } from './gateway.ts'
import { type TokenAlgorithm, TokenTranslator } from './tokens.ts'

export interface SupabaseSandboxOptions extends ListenOptions {
  /** Where the migrations are. Default: `supabase/migrations` of this repository. */
  migrationsDir?: string
  /** Where Postgres keeps its files. Default `memory://`: nothing is kept. */
  dataDir?: string
  /** Seconds that an access token is valid for. Default 3600. */
  jwtExpirySeconds?: number
  /**
   * How users' tokens are signed: `ES256` with a JWKS (default), or `HS256` with the shared secret of old projects,
   * whose JWKS is empty, so that each `getClaims` asks Auth. `rotateKeys` moves such a project to ES256.
   */
  tokenAlgorithm?: TokenAlgorithm
  /**
   * The custom access token hook, as `supabase/config.toml` names it:
   * `pg-functions://postgres/public/custom_access_token_hook`. Default: none.
   */
  accessTokenHook?: string
  /** The app's address, where links in mails lead. Default `http://localhost:3000`. */
  siteUrl?: string
}

/** A running stand-in for a Supabase project: Data API and Auth. */
export interface SupabaseSandbox extends ApiKeys {
  /** For `NEXT_PUBLIC_SUPABASE_URL`. */
  readonly url: string
  readonly port: number
  /** A fault without `match` hits `/rest/v1` only. */
  readonly faults: FaultSwitch
  /** Runs one statement as the superuser, outside of all policies. Params as `$1`. */
  sql<Row extends Record<string, unknown> = Record<string, unknown>>(
    query: string,
    params?: readonly unknown[],
  ): Promise<Row[]>
  /** The newest requests to `/rest/v1` and `/auth/v1`, oldest first, `LOG_CAPACITY` at most. */
  requests(): readonly LoggedRequest[]
  /** How many of them called a function of the database: the one named, or any. */
  rpcCount(name?: string): number
  clearLog(): void
  /** Signs with a new key from now on; the old one stays in the JWKS. */
  rotateKeys(): Promise<void>
  /** Takes all keys but the newest out of the JWKS: what they signed is invalid from now on. */
  revokeOldKeys(): void
  /** No users, the tables as the migrations left them, no fault, empty log. */
  reset(): Promise<void>
  close(): Promise<void>
}

/** Requests that the log keeps. */
export const LOG_CAPACITY = 1000

const DEFAULT_MIGRATIONS = fileURLToPath(new URL('../../../supabase/migrations', import.meta.url))
/** The same at every start, so that the keys that it signs stay valid. It opens nothing but this stand-in. */
const LEGACY_SECRET = 'sandbox-legacy-jwt-secret-of-no-value'
const RPC_PATH = '/rest/v1/rpc/'

/**
 * Starts the stand-in on loopback, with all migrations applied.
 * @throws under NODE_ENV=production, for a host that is not loopback, and where a migration fails.
 */
export async function createSupabaseSandbox(options: SupabaseSandboxOptions = {}): Promise<SupabaseSandbox> {
  assertSandboxAllowed('Supabase', options.host)
  const secrets = {
    jwtSecret: randomBytes(32).toString('hex'),
    publishableKey: `sb_publishable_${randomBytes(12).toString('hex')}`,
    secretKey: `sb_secret_${randomBytes(12).toString('hex')}`,
  }
  let url = ''
  const tokens = await TokenTranslator.create({
    issuer: () => `${url}/auth/v1`,
    liteSecret: secrets.jwtSecret,
    algorithm: options.tokenAlgorithm ?? 'ES256',
    legacySecret: LEGACY_SECRET,
  })
  const keys = await createApiKeys(LEGACY_SECRET)
  const database = await openDatabase({
    dataDir: options.dataDir ?? 'memory://',
    migrationsDir: options.migrationsDir ?? DEFAULT_MIGRATIONS,
    siteUrl: options.siteUrl ?? 'http://localhost:3000',
    jwtExpirySeconds: options.jwtExpirySeconds ?? 3600,
    secrets,
  })
  const hook = options.accessTokenHook ? new AccessTokenHook(database, options.accessTokenHook) : null
  const faults = new FaultSwitch('/rest/v1')
  const log = new BoundedLog<LoggedRequest>(LOG_CAPACITY)
  const reset = async () => {
    faults.clear()
    await database.reset()
    log.clear()
  }
  const gateway = createGateway({ database, tokens, hook, keys, secrets, faults, log, reset })
  const server = await listenOnLoopback(gateway.fetch, options).catch(async (error: unknown) => {
    await database.close()
    throw error
  })
  url = server.url
  return {
    ...keys,
    url,
    port: server.port,
    faults,
    sql: database.sql,
    requests: () => log.entries,
    rpcCount: (name) => log.entries.filter(({ path }) => isCallOf(path, name)).length,
    clearLog: () => log.clear(),
    rotateKeys: () => tokens.rotate(),
    revokeOldKeys: () => tokens.revokeOldKeys(),
    reset,
    close: async () => {
      await server.close()
      await database.close()
    },
  }
}

function isCallOf(path: string, name: string | undefined): boolean {
  return name === undefined ? path.startsWith(RPC_PATH) : path === RPC_PATH + name
}
