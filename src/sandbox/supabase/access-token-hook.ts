import type { JWTPayload } from 'jose'
import { z } from 'zod'
import type { SandboxDatabase } from './database.ts'

/** How the user came to the token that is about to be issued, as the hook is told. */
export type AuthenticationMethod = 'password' | 'email/signup' | 'token_refresh' | 'otp' | 'anonymous'

/** What is made of the claims: others, or a refusal with its status. */
export type HookOutcome = { claims: JWTPayload } | { status: number; message: string }

/** Claims that must still be there afterwards (supabase.com/docs/guides/auth/auth-hooks/custom-access-token-hook). */
const REQUIRED = [
  'iss',
  'aud',
  'exp',
  'iat',
  'sub',
  'role',
  'aal',
  'session_id',
  'email',
  'phone',
  'is_anonymous',
] as const

const FUNCTION_URI = /^pg-functions:\/\/postgres\/(\w+)\/(\w+)$/

const answer = z.union([
  z.looseObject({ error: z.looseObject({ http_code: z.int().optional(), message: z.string().optional() }) }),
  z.looseObject({ claims: z.looseObject({}) }),
])

/**
 * The custom access token hook: a function of the database that may change the claims of each token before it is
 * signed. It runs as `supabase_auth_admin`, who must have been granted the right to, with what Supabase hands in.
 */
export class AccessTokenHook {
  readonly #database: SandboxDatabase
  readonly #function: string

  /** @param uri as in `supabase/config.toml`: `pg-functions://postgres/public/custom_access_token_hook`. */
  constructor(database: SandboxDatabase, uri: string) {
    const [, schema, name] = FUNCTION_URI.exec(uri) ?? []
    if (schema === undefined || name === undefined) {
      throw new Error(`The hook's URI must look like pg-functions://postgres/schema/function, not ${uri}`)
    }
    this.#database = database
    this.#function = `"${schema}"."${name}"`
  }

  /** Never throws: a hook that fails refuses the token, as at Supabase. */
  async run(claims: JWTPayload, method: AuthenticationMethod): Promise<HookOutcome> {
    const event = { user_id: claims.sub, claims, authentication_method: method }
    let returned: unknown
    try {
      returned = await this.#database.callAs('supabase_auth_admin', this.#function, event)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { status: 500, message: `Error running hook URI: ${reason}` }
    }
    const parsed = answer.safeParse(returned)
    if (!parsed.success) return { status: 500, message: 'Invalid payload sent to hook' }
    if ('error' in parsed.data) {
      const { http_code: status = 500, message = 'The hook refused the token' } = parsed.data.error as {
        http_code?: number
        message?: string
      }
      return { status, message }
    }
    const changed = parsed.data.claims as JWTPayload
    const missing = REQUIRED.filter((claim) => changed[claim] === undefined)
    if (missing.length === 0) return { claims: changed }
    return {
      status: 500,
      message: `output claims do not conform to the expected schema: ${missing.join(', ')} is required`,
    }
  }
}
