import { timingSafeEqual } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { BoundedLog } from '../http/bounded-log.ts'
import { faultMiddleware, faultRoutes } from '../http/fault-middleware.ts'
import type { FaultSwitch } from '../http/faults.ts'
import { loopbackHostOnly, ownPagesOnly } from '../http/guard.ts'
import type { SandboxBindings } from '../http/loopback.ts'
import type { Engine } from './engine.ts'
import { type Access, refusal } from './policy.ts'
import { CommandError, type Reply, toRestItem, toText } from './reply.ts'
import { parseJsonRequest, parsePathRequest, type RestRequest } from './request.ts'

/** One HTTP request of a client: one round trip, whatever it carried. */
export interface LoggedRequest {
  path: string
  commands: string[][]
}

export interface GatewayParts {
  engine: Engine
  token: string
  readOnlyToken: string
  faults: FaultSwitch
  log: BoundedLog<LoggedRequest>
  reset: () => Promise<void>
}

type Env = { Bindings: SandboxBindings; Variables: { access: Access; request: RestRequest } }

/** Upstash's own limit of a request is 10 MB on its larger plans. */
const MAX_BODY_BYTES = 10 * 1024 * 1024
const WRONG_TOKEN = { error: 'WRONGPASS invalid or missing auth token' }

/**
 * The Upstash Redis REST API (upstash.com/docs/redis/features/restapi) as a Hono app, with the sandbox's own
 * switches under `/_sandbox`, which need no token.
 */
export function createGateway(parts: GatewayParts): Hono<Env> {
  const app = new Hono<Env>()
  app.use(
    loopbackHostOnly((context) => context.json({ error: 'ERR the sandbox answers on loopback only' }, 403)),
  )
  app.use(
    '/_sandbox/*',
    ownPagesOnly((context) => context.json({ error: 'Another site sent this' }, 403)),
  )
  app.route('/_sandbox', sandboxRoutes(parts))
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (c) => c.json({ error: 'ERR max request size exceeded' }, 413),
    }),
  )
  app.use(
    faultMiddleware(parts.faults, {
      label: labelOf,
      errorBody: (status) => ({ error: `ERR sandbox fault with status ${status}` }),
    }),
  )
  app.use(async (context, next) => {
    if (!['GET', 'HEAD', 'POST', 'PUT'].includes(context.req.method)) {
      return context.json({ error: 'ERR method not allowed' }, 405)
    }
    const access = accessOf(context, parts)
    if (access === null) return context.json(WRONG_TOKEN, 401)
    context.set('access', access)
    return next()
  })
  app.all('*', (context) => answer(context, parts))
  return app
}

function sandboxRoutes(parts: GatewayParts): Hono {
  const app = new Hono()
  app.route('/faults', faultRoutes(parts.faults))
  app.get('/requests', (context) => context.json({ count: parts.log.count, requests: parts.log.entries }))
  app.delete('/requests', (context) => {
    parts.log.clear()
    return context.json({ count: 0, requests: [] })
  })
  app.post('/evict', async (context) => {
    await parts.engine.flush({ scripts: true })
    return context.json({ result: 'OK' })
  })
  app.post('/reset', async (context) => {
    await parts.reset()
    return context.json({ result: 'OK' })
  })
  app.notFound((context) => context.json({ error: `The sandbox has no ${context.req.path}` }, 404))
  return app
}

async function answer(context: Context<Env>, { engine, log }: GatewayParts): Promise<Response> {
  const request = await readRequest(context)
  if ('error' in request) return context.json(request, 400)
  const path = context.req.path
  log.add({ path, commands: request.commands.map((command) => command.map(toText)) })
  context.header('Upstash-Sync-Token', context.req.header('upstash-sync-token') || 'sandbox')
  const base64 = context.req.header('upstash-encoding')?.toLowerCase() === 'base64'
  const access = context.get('access')
  const replies =
    request.mode === 'transaction'
      ? await runTransaction(engine, request, access)
      : await runInOrder(engine, request, access)
  if (!Array.isArray(replies)) return context.json(toRestItem(replies, base64), 400)
  const items = replies.map((reply) => toRestItem(reply, base64))
  const [first] = items
  if (request.mode !== 'single' || first === undefined) return context.json(items)
  return context.json(first, 'error' in first ? 400 : 200)
}

async function runInOrder(engine: Engine, { commands }: RestRequest, access: Access): Promise<Reply[]> {
  const refusals = commands.map((command) => refusal(command, access))
  const replies = await engine.pipeline(commands.filter((_, index) => refusals[index] === null))
  return refusals.map((refused) => refused ?? replies.shift() ?? null)
}

async function runTransaction(
  engine: Engine,
  { commands }: RestRequest,
  access: Access,
): Promise<Reply[] | Reply> {
  const refused = commands.some((command) => refusal(command, access) !== null)
  if (refused) return new CommandError('EXECABORT Transaction discarded because of previous errors.')
  return engine.transaction(commands)
}

async function readRequest(context: Context<Env>): Promise<RestRequest | { error: string }> {
  const { path, method } = context.req
  if (path === '/pipeline' || path === '/multi-exec' || (path === '/' && method !== 'GET')) {
    return parseJsonRequest(path, await context.req.text())
  }
  const body = method === 'GET' || method === 'HEAD' ? null : new Uint8Array(await context.req.arrayBuffer())
  return parsePathRequest(new URL(context.req.url), body)
}

/** The label that faults match: method, path and, where the body can be read, the commands' names. */
async function labelOf(context: Context<Env>): Promise<string> {
  const request = await readRequest(context)
  const names = 'error' in request ? [] : request.commands.map(([name]) => toText(name).toUpperCase())
  return [context.req.method, context.req.path, ...names].join(' ')
}

function accessOf(context: Context<Env>, { token, readOnlyToken }: GatewayParts): Access | null {
  const header = context.req.header('authorization') ?? ''
  const given = /^Bearer (.+)$/i.exec(header)?.[1] ?? context.req.query('_token') ?? ''
  if (sameText(given, token)) return 'full'
  return sameText(given, readOnlyToken) ? 'read-only' : null
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
