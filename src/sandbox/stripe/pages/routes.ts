import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import { ownPagesOnly } from '#src/sandbox/http/guard.ts'
import type { SandboxCore } from '../core.ts'
import { recoverSession } from '../life/checkout/session.ts'
import { assetRoutes } from './assets.ts'
import { checkoutRoutes } from './checkout/routes.ts'
import { dashboardRoutes } from './dashboard/routes.ts'
import { documentRoutes } from './documents.ts'
import { messagePage } from './layout.ts'
import { Notices } from './notices.ts'
import { portalRoutes } from './portal/routes.ts'
import { threeDSecureRoutes } from './three-d-secure.ts'

/** The pages that people see. Each works with forms alone; the one small script only makes it nicer. */
export function pageRoutes(core: SandboxCore): Hono {
  const { account } = core
  const app = new Hono()
  const notices = new Notices()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        scriptSrc: ["'self'"],
        imgSrc: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
      // The page that the customer comes back to may be of another origin on this machine.
      crossOriginOpenerPolicy: false,
      crossOriginResourcePolicy: false,
      strictTransportSecurity: false,
      // Under `no-referrer` browsers send `Origin: null` with a form, which the check below could not tell apart.
      referrerPolicy: 'same-origin',
    }),
  )
  app.use(ownPagesOnly((context) => context.text('Another site sent this form', 403)))
  app.use(async (context, next) => {
    await next()
    context.header('Cache-Control', 'no-store')
  })
  app.route('/assets', assetRoutes())
  app.route('/c/pay', checkoutRoutes(core))
  app.get('/c/recover/:id', async (context) => {
    const expired = account.state.checkoutSessions.get(context.req.param('id'))
    const session = expired && account.onClockOf(expired.id, () => recoverSession(account, expired))
    core.time.arm()
    if (session?.url) return context.redirect(session.url, 303)
    const text = 'This checkout cannot be taken up again.'
    return context.html(await messagePage(account, { title: 'Not found', text }), 404)
  })
  app.route('/p/session', portalRoutes(core, notices))
  app.route('/3d-secure', threeDSecureRoutes(core))
  app.route('/', documentRoutes(core, notices))
  app.route('/', dashboardRoutes(core, notices))
  return app
}
