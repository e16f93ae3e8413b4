import Stripe from 'stripe'
import { type Check, type Finding, findings } from '#src/features/billing/application/doctor/Finding.ts'
import type { Clock } from '#src/shared/types/clock.ts'
import { WEBHOOK_PATH } from './stripe-checks.ts'

/** How long the app may take to answer. */
const PROBE_DEADLINE_MS = 10_000

/** The probe is one event for ever: the ledger has it once. */
const PROBE_EVENT_ID = 'evt_tollgate_probe'

/**
 * F52: posts a signed event to the app's own address, as Stripe would, once with each secret. Nothing may redirect it,
 * ask it to sign in, or refuse its signature. The event means nothing and is recorded as `ignored`.
 */
export function webhookProbe({
  appUrl,
  secrets,
  livemode,
  realClock,
}: {
  readonly appUrl: string
  readonly secrets: readonly string[]
  readonly livemode: boolean
  readonly realClock: Clock
}): Check {
  const name = 'webhook route'
  const { ok, failure } = findings(name)
  const url = new URL(WEBHOOK_PATH, appUrl).href
  return {
    name,
    run: async () => {
      const found = await Promise.all(secrets.map((secret, index) => probe(secret, `secret ${index + 1}`)))
      return found
    },
  }

  async function probe(secret: string, which: string): Promise<Finding> {
    const seconds = Math.floor(realClock.now() / 1000)
    const payload = JSON.stringify({
      id: PROBE_EVENT_ID,
      object: 'event',
      type: 'tollgate.probe',
      created: seconds,
      livemode,
      api_version: null,
      data: { object: {} },
    })
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp: seconds })
    try {
      const response = await fetch(url, {
        method: 'POST',
        redirect: 'manual',
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
        body: payload,
        signal: AbortSignal.timeout(PROBE_DEADLINE_MS),
      })
      await response.body?.cancel()
      return findingOf(response, which)
    } catch (error) {
      const why = error instanceof Error ? error.name : typeof error
      return failure(`${url} cannot be reached (${why})`, 'Start or deploy the app, or mend APP_URL.')
    }
  }

  function findingOf({ status, headers }: Response, which: string): Finding {
    if (status === 200) return ok(`verifies ${which} of STRIPE_WEBHOOK_SECRET`)
    if (status >= 300 && status < 400) {
      return failure(
        `${url} redirects to ${originOf(headers.get('location'))}: nothing that Stripe posts arrives`,
        'Set APP_URL and the endpoint at Stripe to the address that does not redirect.',
      )
    }
    switch (status) {
      case 400:
        return failure(
          `the app does not verify ${which} of STRIPE_WEBHOOK_SECRET`,
          "Give the app and this command the same secret, the endpoint's own, whsec_…; then deploy.",
        )
      case 401:
      case 403:
        return failure(
          `${url} answers ${status}: a login or a preview protection stands before it`,
          `Let ${WEBHOOK_PATH} through without it: the signature is its protection.`,
        )
      case 404:
        return failure(`${url} is not there`, 'Mend APP_URL, or deploy.')
      default:
        return failure(`${url} answers ${status}`, "Look at the app's log.")
    }
  }
}

/** Where to, without what a login page would put behind it. */
function originOf(location: string | null): string {
  if (location === null) return 'nowhere'
  return URL.canParse(location) ? new URL(location).origin : (location.split('?')[0] ?? '')
}
