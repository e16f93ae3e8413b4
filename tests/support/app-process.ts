// One process of the app, as far as webhooks and checks go: the use cases as the composition root wires them, behind a
// server of Node's own. Started by a test as a child; says its port once it answers.

import process from 'node:process'
import { handleStripeWebhookRequest } from '#src/features/billing/application/stripe-webhook.ts'
import { systemClock } from '#src/infrastructure/clock/system-clock.ts'
import { createBilling } from '#src/infrastructure/composition-root.ts'
import { readConfig } from '#src/infrastructure/config/env.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import { listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { isRetryable } from '#src/shared/retryable.ts'

const billing = createBilling(readConfig(), {
  clock: systemClock,
  log: createLog({ write: () => undefined }),
  defer: (task) => void task(),
})

/**
 * The clock that Postgres stamps commits by, to the microsecond; to the millisecond before where that was set since this
 * process began, as it is when a virtual machine goes on after a pause: what counts from the beginning does not see that.
 */
function wallClockMs(): number {
  const fine = performance.timeOrigin + performance.now()
  const coarse = Date.now()
  return Math.abs(fine - coarse) <= 1 ? fine : coarse
}

const server = await listenOnLoopback(
  async (request) => {
    const { pathname, searchParams } = new URL(request.url)
    if (pathname === '/api/webhooks/stripe') {
      const answer = await handleStripeWebhookRequest(request, billing.stripeWebhook)
      // The last instant before the answer's first byte can leave, in microseconds since the epoch.
      answer.headers.set('x-answered-at-us', String(Math.floor(wallClockMs() * 1000)))
      return answer
    }
    try {
      return Response.json(await billing.checkEntitlements.execute(searchParams.get('user') ?? ''))
    } catch (error) {
      if (!isRetryable(error)) throw error
      return new Response(null, { status: 503 })
    }
  },
  { port: Number(process.env.APP_PROCESS_PORT ?? 0) },
)

process.send?.({ port: server.port })
