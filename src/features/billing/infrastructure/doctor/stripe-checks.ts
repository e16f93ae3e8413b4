import type Stripe from 'stripe'
import { type Check, type Finding, findings } from '#src/features/billing/application/doctor/Finding.ts'
import { handledEvents } from '#src/features/billing/domain/change/handled-events.ts'
import type { ILedgerReader } from '#src/features/billing/domain/interfaces/ILedgerReader.ts'
import { isKnownVersion } from '../stripe/StripeWebhooks.ts'
import { callStripe } from '../stripe/stripe-errors.ts'

/** How old an event of Stripe's may be before it is missed here: its first tries take seconds. */
const ARRIVAL_MAX_SECONDS = 600

/** The most types that one list of events can be asked for (docs.stripe.com/api/events/list). */
const TYPES_MAX = 20

const HANDLED = Object.keys(handledEvents)

/** The webhook's path, which every endpoint of ours has. */
export const WEBHOOK_PATH = '/api/webhooks/stripe'

/** F51, F55: one enabled endpoint at this app's address, in a version that we read, with every type that we need. */
export function endpointCheck(stripe: Stripe, appUrl: string): Check {
  const name = 'webhook endpoint'
  const { ok, warning, failure } = findings(name)
  return {
    name,
    run: () =>
      callStripe(async () => {
        const wanted = new URL(WEBHOOK_PATH, appUrl).href
        const ours: Stripe.WebhookEndpoint[] = []
        for await (const endpoint of stripe.webhookEndpoints.list({ limit: 100 })) {
          if (endpoint.url.replace(/\/$/, '') === wanted) ours.push(endpoint)
        }
        if (ours.length === 0) {
          return [
            failure(
              `Stripe has no endpoint at ${wanted}`,
              `stripe webhook_endpoints create --url ${wanted} …`,
            ),
          ]
        }
        const found = ours.flatMap((endpoint) => examine(endpoint))
        if (ours.length > 1) {
          found.push(
            warning(
              `${ours.length} endpoints post to ${wanted}: each event comes as often`,
              `Delete all but one: ${ours.map(({ id }) => id).join(', ')}.`,
            ),
          )
        }
        return found.length > 0 ? found : [ok(`${ours[0]?.id}, with all ${HANDLED.length} types`)]
      }),
  }

  function examine({ id, status, api_version, enabled_events }: Stripe.WebhookEndpoint): Finding[] {
    const found: Finding[] = []
    if (status !== 'enabled')
      found.push(failure(`${id} is ${status}`, `Enable ${id} at Stripe, then: replay --from-stripe.`))
    if (api_version !== null && !isKnownVersion(api_version)) {
      found.push(
        failure(
          `${id} sends events of API version ${api_version}, which is read object by object`,
          `Make another endpoint with a version from 2024-06-20 on, then delete ${id}.`,
        ),
      )
    }
    const missing = enabled_events.includes('*')
      ? []
      : HANDLED.filter((type) => !enabled_events.includes(type))
    if (missing.length > 0) {
      found.push(failure(`${id} does not send ${missing.join(', ')}`, `Add these to the events of ${id}.`))
    }
    return found
  }
}

/** A price without a lookup key under a product of ours sells something that nobody is granted. */
export function lookupKeyCheck(stripe: Stripe, planOf: (product: Stripe.Product) => string | null): Check {
  const name = 'lookup keys'
  const { ok, warning } = findings(name)
  return {
    name,
    run: () =>
      callStripe(async () => {
        const found: Finding[] = []
        const listing = stripe.prices.list({ active: true, limit: 100, expand: ['data.product'] })
        for await (const { id, lookup_key, product } of listing) {
          if (lookup_key !== null || typeof product === 'string' || product.deleted) continue
          if (planOf(product) === null) continue
          found.push(
            warning(
              `${id} of ${product.name} has no lookup key: who buys it is granted nothing`,
              `stripe prices update ${id} --lookup-key KEY, with a key of the catalogue; or archive it.`,
            ),
          )
        }
        return found.length > 0 ? found : [ok('every price of ours has one')]
      }),
  }
}

/** F9: what Stripe has sent last has arrived here. */
export function arrivalCheck(stripe: Stripe, ledger: ILedgerReader, nowSeconds: () => number): Check {
  const name = 'newest event'
  const { ok, failure } = findings(name)
  return {
    name,
    run: () =>
      callStripe(async () => {
        const newest = await newestHandled(stripe)
        if (newest === null) return [ok('nothing has happened at Stripe yet')]
        const age = nowSeconds() - newest.created
        const arrived = (await ledger.getEvent(newest.id)) !== null
        if (arrived || age < ARRIVAL_MAX_SECONDS) {
          return [ok(`${newest.id}, ${newest.type}, ${ageOf(age)} old${arrived ? '' : ', under way'}`)]
        }
        return [
          failure(
            `${newest.id}, ${newest.type}, ${ageOf(age)} old, has not arrived`,
            'Look at the endpoint’s deliveries at Stripe, then: npm run tollgate -- replay --from-stripe --since 30d',
          ),
        ]
      }),
  }
}

async function newestHandled(stripe: Stripe): Promise<Stripe.Event | null> {
  const newest: Stripe.Event[] = []
  for (let at = 0; at < HANDLED.length; at += TYPES_MAX) {
    const { data } = await stripe.events.list({ types: HANDLED.slice(at, at + TYPES_MAX), limit: 1 })
    newest.push(...data)
  }
  return newest.toSorted((a, b) => b.created - a.created)[0] ?? null
}

function ageOf(seconds: number): string {
  if (seconds < 120) return `${Math.max(0, seconds)} s`
  return seconds < 7_200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`
}
