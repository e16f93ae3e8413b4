import { type Context, Hono } from 'hono'
import type { SandboxCore } from '../../core.ts'
import { findTestCard } from '../../life/cards.ts'
import { attach, createCard } from '../../life/payment-methods.ts'
import { planNext } from '../../life/subscriptions.ts'
import type { PortalSession, Subscription } from '../../wire.ts'
import { messagePage } from '../layout.ts'
import { portalPage } from './page.ts'

/** The customer portal, under `/p/session/:id`. */
export function portalRoutes(core: SandboxCore): Hono {
  const { account } = core
  const app = new Hono()
  const notFound = async (context: Context) =>
    context.html(
      await messagePage(account, { title: 'Not found', text: 'There is no portal session at this address.' }),
      404,
    )

  app.get('/:id', async (context) => {
    const session = account.state.portalSessions.get(context.req.param('id'))
    return session ? context.html(await portalPage(account, session)) : notFound(context)
  })
  app.post('/:id/subscriptions/:subscription', async (context) => {
    const session = account.state.portalSessions.get(context.req.param('id'))
    const subscription = account.state.subscriptions.get(context.req.param('subscription'))
    if (session === undefined || subscription?.customer !== session.customer) return notFound(context)
    const given = await context.req.parseBody()
    if (subscription.ended_at === null) act(session, subscription, given)
    core.time.arm()
    return context.redirect(`/p/session/${session.id}`, 303)
  })

  const act = (session: PortalSession, subscription: Subscription, given: Record<string, unknown>): void => {
    const details = {
      comment: null,
      feedback: null,
      feedback_option: null,
      ...subscription.cancellation_details,
    }
    if (given.do === 'cancel') {
      account.change(
        subscription,
        {
          cancel_at: Math.min(...subscription.items.data.map((item) => item.current_period_end)),
          cancel_at_period_end: true,
          canceled_at: account.now,
          cancellation_details: { ...details, reason: 'cancellation_requested' },
        },
        'customer.subscription.updated',
      )
    } else if (given.do === 'keep') {
      account.change(
        subscription,
        {
          cancel_at: null,
          cancel_at_period_end: false,
          canceled_at: null,
          cancellation_details: { ...details, reason: null },
        },
        'customer.subscription.updated',
      )
    } else if (given.do === 'card') payWith(session, subscription, String(given.card))
    planNext(account, subscription)
  }

  const payWith = (session: PortalSession, subscription: Subscription, number: string): void => {
    const card = findTestCard(number)
    const customer = account.state.customers.get(session.customer)
    if (card === undefined || customer === undefined) return
    const method = createCard(account, card, {
      billing_details: { name: customer.name ?? null, email: customer.email },
    })
    attach(account, method, customer.id)
    account.change(subscription, { default_payment_method: method.id }, 'customer.subscription.updated')
  }
  return app
}
