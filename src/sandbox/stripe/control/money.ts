import { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxCore } from '../core.ts'
import { noSuch, refused } from '../errors.ts'
import { answerBank, askedIntent } from '../life/money/bank-answer.ts'
import { openAppeal, openDispute, preventDispute } from '../life/money/disputes.ts'
import { REFUND_CANCEL_SECONDS, takeBack } from '../life/money/refunds.ts'
import { read } from './read.ts'

const answerSchema = z.strictObject({ outcome: z.enum(['succeeded', 'failed']) })
const disputeSchema = z.strictObject({
  kind: z.enum(['fraudulent', 'product_not_received', 'inquiry']),
  /** In the currency's minor unit; default: the whole charge. */
  amount: z.int().min(1).optional(),
})
const moveSchema = z.strictObject({ move: z.enum(['appeal', 'prevent']) })

/** What banks, their customers and Stripe's dashboard do about money, and the API cannot. */
export function moneyRoutes(core: SandboxCore): Hono {
  const { account } = core
  const app = new Hono()

  app.post('/intents/:id/answer', async (context) => {
    const { outcome } = await read(context.req.raw, answerSchema)
    const id = context.req.param('id')
    const intent = askedIntent(account, id)
    if (intent === undefined) throw noSuch('intent that waits for its customer', id)
    const returnUrl = answerBank(account, intent, outcome === 'succeeded')
    core.time.arm()
    return context.json({ intent, return_url: returnUrl })
  })

  app.post('/charges/:id/disputes', async (context) => {
    const { kind, amount } = await read(context.req.raw, disputeSchema)
    const charge = account.need(account.state.charges, context.req.param('id'))
    if (charge.status !== 'succeeded') throw refused('Only a charge that succeeded can be disputed.')
    const dispute = account.onClockOf(charge.id, () =>
      openDispute(account, charge, kind, Math.min(amount ?? charge.amount, charge.amount)),
    )
    core.time.arm()
    return context.json(dispute)
  })
  app.post('/disputes/:id', async (context) => {
    const { move } = await read(context.req.raw, moveSchema)
    const dispute = account.need(account.state.disputes, context.req.param('id'))
    account.onClockOf(dispute.charge, () =>
      move === 'appeal' ? openAppeal(account, dispute) : preventDispute(account, dispute),
    )
    core.time.arm()
    return context.json(dispute)
  })

  app.post('/refunds/:id/cancel', (context) => {
    const refund = account.need(account.state.refunds, context.req.param('id'))
    account.onClockOf(refund.charge ?? '', () => {
      const isOver = refund.created + REFUND_CANCEL_SECONDS < account.now
      if (isOver || (refund.status !== 'pending' && refund.status !== 'succeeded')) {
        throw refused('This refund can no longer be canceled.')
      }
      takeBack(account, refund, 'canceled', 'merchant_request')
    })
    return context.json(refund)
  })
  return app
}
