import { Hono } from 'hono'
import type { SandboxCore } from '../core.ts'
import { answerBank, askedIntent } from '../life/money/bank-answer.ts'
import { confirmPage } from './checkout/confirm.ts'
import { messagePage } from './layout.ts'

/** The bank's question for a payment or a setup that the API confirmed, under `/3d-secure/:id`. */
export function threeDSecureRoutes(core: SandboxCore): Hono {
  const { account } = core
  const app = new Hono()
  const over = {
    title: 'Nothing to confirm',
    text: 'This payment does not wait for anybody, or does not exist.',
  }
  app.get('/:id', async (context) => {
    const intent = askedIntent(account, context.req.param('id'))
    if (intent === undefined) return context.html(await messagePage(account, over), 404)
    const method = account.state.paymentMethods.get(intent.payment_method ?? '')
    const page = confirmPage(account, {
      action: `/3d-secure/${intent.id}`,
      amount: intent.object === 'payment_intent' ? intent.amount : 0,
      currency: intent.object === 'payment_intent' ? intent.currency : 'eur',
      method: method?.card ? { last4: method.card.last4 } : { type: method?.type ?? 'card' },
    })
    return context.html(await page)
  })
  app.post('/:id', async (context) => {
    const intent = askedIntent(account, context.req.param('id'))
    if (intent === undefined) return context.html(await messagePage(account, over), 404)
    const isApproved = (await context.req.parseBody()).outcome === 'approve'
    const returnUrl = answerBank(account, intent, isApproved)
    core.time.arm()
    if (returnUrl !== null) return context.redirect(returnUrl, 303)
    const done = isApproved ? 'The bank knows that it was you.' : 'The bank was told that it was not you.'
    return context.html(await messagePage(account, { title: 'Thank you', text: done }))
  })
  return app
}
