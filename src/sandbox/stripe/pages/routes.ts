import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import { secureHeaders } from 'hono/secure-headers'
import type { SandboxCore } from '../core.ts'
import { StripeError } from '../errors.ts'
import { checkoutRoutes } from './checkout-routes.ts'
import { indexPage } from './index-page.ts'
import { messagePage } from './layout.ts'
import { portalRoutes } from './portal-routes.ts'
import { invoicePage, receiptPage } from './receipt.ts'

const STYLES = readFileSync(new URL('./sandbox.css', import.meta.url), 'utf8')

/** The pages that people see. Forms only, no script. */
export function pageRoutes(core: SandboxCore): Hono {
  const { account } = core
  const app = new Hono()
  app.use(
    secureHeaders({
      contentSecurityPolicy: {
        defaultSrc: ["'none'"],
        styleSrc: ["'self'"],
        imgSrc: ['data:'],
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
  app.use(async (context, next) => {
    // A form of another site must not press these buttons.
    const origin = context.req.header('origin')
    const foreign = origin !== undefined && origin !== new URL(context.req.url).origin
    if (context.req.method === 'POST' && foreign) return context.text('Another site sent this form', 403)
    return next()
  })

  app.get('/assets/sandbox.css', (context) => {
    context.header('Content-Type', 'text/css; charset=utf-8')
    return context.body(STYLES)
  })
  app.route('/c/pay', checkoutRoutes(core))
  app.route('/p/session', portalRoutes(core))
  app.get('/invoices/:id', async (context) => {
    const invoice = account.state.invoices.get(context.req.param('id'))
    return invoice ? context.html(await invoicePage(account, invoice)) : context.notFound()
  })
  app.get('/receipts/:id', async (context) => {
    const charge = account.state.charges.get(context.req.param('id'))
    return charge ? context.html(await receiptPage(account, charge)) : context.notFound()
  })

  app.get('/', async (context) => context.html(await indexPage(account, null)))
  app.post('/advance', async (context) => {
    const by = String((await context.req.parseBody()).by)
    try {
      const result = await core.time.advance(
        by === 'renewal' ? { to_next_renewal: true } : { seconds: Math.max(0, Number(by) || 0) },
      )
      return context.html(await indexPage(account, `Time moved on: ${result.events} events.`))
    } catch (error) {
      if (!(error instanceof StripeError)) throw error
      return context.html(await indexPage(account, error.message), 400)
    }
  })
  app.post('/resend', async (context) => {
    const event = account.state.events.get(String((await context.req.parseBody()).event))
    if (event === undefined) {
      return context.html(
        await messagePage(account, { title: 'Not found', text: 'There is no such event.' }),
        404,
      )
    }
    const attempts = await account.delivery.resend(event)
    const good = attempts.filter((attempt) => attempt.outcome === 'succeeded').length
    return context.html(await indexPage(account, `Sent again: ${good} of ${attempts.length} delivered.`))
  })
  return app
}
