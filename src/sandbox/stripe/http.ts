import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { loopbackHostOnly, ownPagesOnly } from '#src/sandbox/http/guard.ts'
import type { SandboxBindings } from '#src/sandbox/http/loopback.ts'
import { controlRoutes } from './control/routes.ts'
import type { SandboxCore } from './core.ts'
import { apiError, refused, unknownUrl } from './errors.ts'
import { pageRoutes } from './pages/routes.ts'

export const MAX_BODY_BYTES = 1024 * 1024

/** Everything that the sandbox answers over HTTP: Stripe's API, its hosted pages, and its own controls. */
export function httpApp(core: SandboxCore): Hono<{ Bindings: SandboxBindings }> {
  const app = new Hono<{ Bindings: SandboxBindings }>()
  app.use(
    loopbackHostOnly((context) => context.json(refused('The sandbox answers on loopback only').body, 403)),
  )
  app.use(
    bodyLimit({
      maxSize: MAX_BODY_BYTES,
      onError: (context) => {
        // The rest of the body is not read, so the connection cannot be used again.
        context.header('Connection', 'close')
        return context.json(refused(`The body exceeds ${MAX_BODY_BYTES} bytes`).body, 413)
      },
    }),
  )
  app.use(async (context, next) => {
    await next()
    if (context.req.method === 'GET') return
    // What was answered must outlive the process.
    core.journal.touch()
    await core.journal.saved()
  })
  // A page may not ask Stripe either: secret keys are for servers, and any test key will do here.
  for (const path of ['/v1/*', '/_sandbox/*']) {
    app.use(
      path,
      ownPagesOnly((context) => context.json(refused('Another site sent this').body, 403)),
    )
  }
  app.all('/v1/*', async (context) => {
    const { pathname, search } = new URL(context.req.url)
    const answer = await core.api.handle({
      method: context.req.method,
      path: pathname,
      query: search.slice(1),
      body: context.req.method === 'GET' ? '' : await context.req.text(),
      header: (name) => context.req.header(name),
    })
    if (answer !== 'cut') return new Response(answer.body, { status: answer.status, headers: answer.headers })
    context.env.incoming.socket.resetAndDestroy()
    return RESPONSE_ALREADY_SENT
  })
  app.route('/_sandbox', controlRoutes(core))
  app.route('/', pageRoutes(core))
  app.notFound((context) =>
    context.json(unknownUrl(context.req.method, new URL(context.req.url).pathname).body, 404),
  )
  app.onError((error, context) => {
    console.error('stripe sandbox: request failed', error)
    return context.json(apiError('The sandbox failed. Its log says why.').body, 500)
  })
  return app
}
