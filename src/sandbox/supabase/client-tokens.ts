import { z } from 'zod'
import type { AccessTokenHook, AuthenticationMethod } from './access-token-hook.ts'
import type { SandboxDatabase } from './database.ts'
import type { TokenTranslator } from './tokens.ts'

const session = z.looseObject({ access_token: z.string() })

interface UserRow extends Record<string, unknown> {
  app_metadata: Record<string, unknown>
  user_metadata: Record<string, unknown>
  phone: string
  is_anonymous: boolean
  banned: boolean
}

interface Parts {
  database: SandboxDatabase
  tokens: TokenTranslator
  hook: AccessTokenHook | null
}

/** A token, or why there is none. */
type Issued = { token: string } | { status: number; body: { code: number; error_code?: string; msg: string } }

/**
 * Puts the clients' kind of access token in the place of lite's, in a session's JSON and in a redirect's fragment.
 * `request` is the one that the session answers: it tells how the user came to it.
 */
export async function withClientTokens(
  request: Request,
  response: Response,
  parts: Parts,
): Promise<Response> {
  const method = methodOf(new URL(request.url))
  const location = response.headers.get('location')
  if (location?.includes('access_token=')) return redirectWithClientToken(response, location, method, parts)
  if (!response.ok || !response.headers.get('content-type')?.includes('json')) return response
  const json: unknown = await response.clone().json()
  const parsed = session.safeParse(json)
  if (!parsed.success) return response
  const issued = await translate(parsed.data.access_token, method, parts)
  if (!('token' in issued)) return Response.json(issued.body, { status: issued.status })
  return Response.json({ ...parsed.data, access_token: issued.token }, { status: response.status })
}

async function redirectWithClientToken(
  response: Response,
  location: string,
  method: AuthenticationMethod,
  parts: Parts,
): Promise<Response> {
  const [target = '', fragment = ''] = location.split('#')
  const params = new URLSearchParams(fragment)
  const issued = await translate(params.get('access_token') ?? '', method, parts)
  if ('token' in issued) params.set('access_token', issued.token)
  const shown =
    'token' in issued
      ? params
      : new URLSearchParams({ error: 'server_error', error_description: issued.body.msg })
  return new Response(null, { status: response.status, headers: { Location: `${target}#${shown}` } })
}

async function translate(
  liteToken: string,
  method: AuthenticationMethod,
  { database, tokens, hook }: Parts,
): Promise<Issued> {
  const claims = await tokens.fromLite(liteToken)
  const [user] = await database.sql<UserRow>(
    `select coalesce(raw_app_meta_data, '{}') as app_metadata, coalesce(raw_user_meta_data, '{}') as user_metadata,
       coalesce(phone, '') as phone, is_anonymous, coalesce(banned_until > now(), false) as banned
     from auth.users where id = $1`,
    [claims.sub],
  )
  if (user === undefined || user.banned) {
    return { status: 400, body: { code: 400, error_code: 'user_banned', msg: 'User is banned' } }
  }
  const { banned: _, ...metadata } = user
  const amr = [{ method: 'password', timestamp: claims.iat }]
  const standard = { ...claims, ...metadata, iss: tokens.issuer, aal: 'aal1', amr }
  if (hook === null) return { token: await tokens.sign(standard) }
  const outcome = await hook.run(standard, method)
  if ('claims' in outcome) return { token: await tokens.sign(outcome.claims) }
  return { status: outcome.status, body: { code: outcome.status, msg: outcome.message } }
}

function methodOf({ pathname, searchParams }: URL): AuthenticationMethod {
  if (pathname.endsWith('/signup')) return 'email/signup'
  if (pathname.endsWith('/verify')) return 'otp'
  return searchParams.get('grant_type') === 'refresh_token' ? 'token_refresh' : 'password'
}
