import { type Context, Hono } from 'hono'
import { cors } from 'hono/cors'
import type { JWK } from 'jose'
import type { BoundedLog } from '../http/bounded-log.ts'
import { faultMiddleware, faultRoutes } from '../http/fault-middleware.ts'
import type { FaultSwitch } from '../http/faults.ts'
import { loopbackHostOnly, ownPagesOnly } from '../http/guard.ts'
import type { SandboxBindings } from '../http/loopback.ts'
import type { AccessTokenHook } from './access-token-hook.ts'
import { adminUserRoutes } from './admin-users.ts'
import { type ApiKeys, type KeyRole, roleOfKey } from './api-keys.ts'
import { withClientTokens } from './client-tokens.ts'
import type { LiteSecrets, SandboxDatabase } from './database.ts'
import { authError, restError } from './errors.ts'
import type { TokenTranslator } from './tokens.ts'

/** One request to the Data API or to Auth. */
export interface LoggedRequest {
  method: string
  path: string
  /** The role that it ran as. */
  role: string
}

export interface GatewayParts {
  database: SandboxDatabase
  tokens: TokenTranslator
  hook: AccessTokenHook | null
  keys: ApiKeys
  secrets: LiteSecrets
  faults: FaultSwitch
  log: BoundedLog<LoggedRequest>
  reset: () => Promise<void>
}

/** Who asks: the API key's role, and the user's token where there is one, in lite's form. */
interface Caller {
  keyRole: KeyRole
  liteToken: string | null
}

type Env = { Bindings: SandboxBindings; Variables: { caller: Caller } }

/** Routes of Auth that a browser or a mail program opens, without a key. */
const WITHOUT_KEY = new Set(['/auth/v1/verify', '/auth/v1/callback', '/auth/v1/authorize', '/auth/v1/health'])

/** Supabase's gateway: keys and tokens are checked here, then lite answers what it can. */
export function createGateway(parts: GatewayParts): Hono<Env> {
  const app = new Hono<Env>()
  app.use(
    loopbackHostOnly((context) => context.json({ message: 'The sandbox answers on loopback only' }, 403)),
  )
  // Ahead of CORS: a browser's app may ask for data from anywhere, but no page may press the sandbox's own switches.
  app.use(
    '/_sandbox/*',
    ownPagesOnly((context) => context.json({ message: 'Another site sent this' }, 403)),
  )
  app.use(cors({ origin: '*', exposeHeaders: ['Content-Range', 'X-Total-Count', 'Link'], maxAge: 3600 }))
  app.route('/_sandbox', sandboxRoutes(parts))
  app.use(
    faultMiddleware(parts.faults, {
      label: (context) => `${context.req.method} ${context.req.path}`,
      errorBody: (status) => ({
        code: `SANDBOX${status}`,
        message: 'Fault of the sandbox',
        details: null,
        hint: null,
      }),
    }),
  )
  app.get('/auth/v1/.well-known/jwks.json', (context) => {
    context.header('Cache-Control', 'public, max-age=600')
    return context.json(parts.tokens.jwks() satisfies { keys: JWK[] })
  })
  app.use('/auth/v1/*', (context, next) => identify(context, next, parts))
  app.use('/rest/v1/*', (context, next) => identify(context, next, parts))
  app.use('/auth/v1/admin/*', async (context, next) => {
    const { keyRole, liteToken } = context.get('caller')
    if (keyRole === 'service_role' && liteToken === null) return next()
    return authError(context, 403, 'not_admin', 'User not allowed')
  })
  app.route('/auth/v1/admin/users', adminUserRoutes(parts.database))
  app.all('/auth/v1/admin/*', notImplemented)
  app.all('/auth/v1/*', async (context) =>
    withClientTokens(context.req.raw, await forward(context, parts), parts),
  )
  app.all('/rest/v1/*', (context) => forward(context, parts))
  app.notFound(notImplemented)
  return app
}

function sandboxRoutes({ faults, log, tokens, reset }: GatewayParts): Hono {
  const app = new Hono()
  app.route('/faults', faultRoutes(faults))
  app.get('/requests', (context) => context.json({ count: log.count, requests: log.entries }))
  app.delete('/requests', (context) => {
    log.clear()
    return context.json({ count: 0, requests: [] })
  })
  app.post('/reset', async (context) => {
    await reset()
    return context.json({ message: 'Reset' })
  })
  app.post('/rotate-keys', async (context) => {
    await tokens.rotate()
    return context.json(tokens.jwks())
  })
  app.notFound((context) => context.json({ message: `The sandbox has no ${context.req.path}` }, 404))
  return app
}

async function identify(
  context: Context<Env>,
  next: () => Promise<void>,
  parts: GatewayParts,
): Promise<Response | undefined> {
  const { path } = context.req
  const isAuth = path.startsWith('/auth/')
  const key = context.req.header('apikey') ?? context.req.query('apikey') ?? ''
  const keyRole = roleOfKey(parts.keys, key) ?? (WITHOUT_KEY.has(path) ? 'anon' : null)
  if (keyRole === null) {
    const message = key === '' ? 'No API key found in request' : 'Invalid API key'
    return context.json(
      { message, hint: 'Double check your Supabase `anon` or `service_role` API key.' },
      401,
    )
  }
  const bearer = /^Bearer\s+(.+)$/i.exec(context.req.header('authorization') ?? '')?.[1] ?? null
  const bearerRole = bearer === null ? null : roleOfKey(parts.keys, bearer)
  const token = bearerRole === null ? bearer : null
  try {
    const liteToken = token === null ? null : await parts.tokens.toLite(token)
    context.set('caller', { keyRole: bearerRole ?? keyRole, liteToken })
  } catch (error) {
    return isAuth ? authTokenError(context, error) : restTokenError(context, error)
  }
  const role = token === null ? (bearerRole ?? keyRole) : 'authenticated'
  parts.log.add({ method: context.req.method, path, role })
  await next()
  return undefined
}

async function forward(context: Context<Env>, { database, secrets }: GatewayParts): Promise<Response> {
  const { keyRole, liteToken } = context.get('caller')
  const { raw, method } = context.req
  const headers = new Headers(raw.headers)
  headers.set('apikey', keyRole === 'anon' ? secrets.publishableKey : secrets.secretKey)
  if (liteToken === null) headers.delete('authorization')
  else headers.set('authorization', `Bearer ${liteToken}`)
  const body = method === 'GET' || method === 'HEAD' ? null : await raw.arrayBuffer()
  const url = new URL(raw.url)
  url.searchParams.delete('apikey')
  return database.fetch(new Request(url, { method, headers, body, redirect: 'manual' }))
}

function isExpired(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_JWT_EXPIRED'
}

function authTokenError(context: Context, error: unknown): Response {
  const reason = isExpired(error) ? 'token has invalid claims: token is expired' : 'signature is invalid'
  const message = `invalid JWT: unable to parse or verify signature, ${reason}`
  return authError(context, 403, 'bad_jwt', message)
}

function restTokenError(context: Context, error: unknown): Response {
  if (isExpired(error)) return restError(context, 401, 'PGRST303', 'JWT expired')
  return restError(context, 401, 'PGRST301', 'No suitable key or wrong key type')
}

function notImplemented(context: Context): Response {
  const message = `The Supabase sandbox does not have ${context.req.method} ${context.req.path}`
  return context.json({ code: 501, error_code: 'not_implemented', msg: message, message }, 501)
}
