import { z } from 'zod'
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
}

/** Puts the clients' kind of access token in the place of lite's, in a session's JSON and in a redirect's fragment. */
export async function withClientTokens(response: Response, parts: Parts): Promise<Response> {
  const location = response.headers.get('location')
  if (location?.includes('access_token=')) return redirectWithClientToken(response, location, parts)
  if (!response.ok || !response.headers.get('content-type')?.includes('json')) return response
  const json: unknown = await response.clone().json()
  const parsed = session.safeParse(json)
  if (!parsed.success) return response
  const token = await translate(parsed.data.access_token, parts)
  if (token === null) {
    return Response.json({ code: 400, error_code: 'user_banned', msg: 'User is banned' }, { status: 400 })
  }
  return Response.json({ ...parsed.data, access_token: token }, { status: response.status })
}

async function redirectWithClientToken(
  response: Response,
  location: string,
  parts: Parts,
): Promise<Response> {
  const [target = '', fragment = ''] = location.split('#')
  const params = new URLSearchParams(fragment)
  params.set('access_token', (await translate(params.get('access_token') ?? '', parts)) ?? '')
  return new Response(null, { status: response.status, headers: { Location: `${target}#${params}` } })
}

/** Null for a user who is banned. */
async function translate(liteToken: string, { database, tokens }: Parts): Promise<string | null> {
  const claims = await tokens.fromLite(liteToken)
  const [user] = await database.sql<UserRow>(
    `select coalesce(raw_app_meta_data, '{}') as app_metadata, coalesce(raw_user_meta_data, '{}') as user_metadata,
       coalesce(phone, '') as phone, is_anonymous, coalesce(banned_until > now(), false) as banned
     from auth.users where id = $1`,
    [claims.sub],
  )
  if (user === undefined || user.banned) return null
  const { banned: _, ...metadata } = user
  const amr = [{ method: 'password', timestamp: claims.iat }]
  return tokens.sign({ ...claims, ...metadata, aal: 'aal1', amr })
}
