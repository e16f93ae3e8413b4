import { Hono } from 'hono'
import { z } from 'zod'
import type { SandboxCore } from '../core.ts'
import { refused } from '../errors.ts'
import { billingSettings, changeBillingSettings } from '../life/billing-settings.ts'
import { pauseFor, whyNotPausable } from '../life/subscriptions/pauses/pause.ts'
import { read } from './read.ts'

const settingsSchema = z
  .strictObject({
    retryDays: z.array(z.number().min(0).max(60)).max(8),
    finalFailure: z.enum(['cancel', 'unpaid', 'past_due', 'pause']),
    pauseOnFirstFailure: z.boolean(),
    giveUpDaysAfterDue: z.number().min(0).max(365),
    upcomingDays: z.number().min(0).max(45).nullable(),
    willBeDueDays: z.number().min(0).max(45).nullable(),
  })
  .partial()

/**
 * What an account sets on Stripe's dashboard under Billing, as `GET` and `POST /_sandbox/billing_settings`; and a pause
 * that nobody asked for, as `POST /_sandbox/subscriptions/:id/pause`: its cause is `system`.
 */
export function billingRoutes({ account }: SandboxCore): Hono {
  const app = new Hono()
  app.get('/billing_settings', (context) => context.json(billingSettings(account)))
  app.post('/billing_settings', async (context) => {
    const given = await read(context.req.raw, settingsSchema)
    const patch = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
    return context.json(changeBillingSettings(account, patch))
  })
  app.post('/subscriptions/:id/pause', (context) => {
    const { id } = account.need(account.state.subscriptions, context.req.param('id'))
    const subscription = account.onClockOf(id, () => {
      const found = account.need(account.state.subscriptions, id)
      const refusal = whyNotPausable(found)
      if (refusal !== null) throw refused(refusal)
      pauseFor(account, found, 'system')
      return found
    })
    return context.json(subscription)
  })
  return app
}
