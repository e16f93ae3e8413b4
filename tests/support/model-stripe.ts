import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import type { ModelObject } from '#tests/property/simulation/objects.ts'
import { render } from '#tests/property/simulation/render.ts'

/** Stripe's API over the objects of a written history, as far as billing reads: retrieving one by its id. */
export interface ModelStripe extends LoopbackServer {
  readonly objects: Map<string, ModelObject>
  /** What the next requests are answered with instead, one each: a status, or `cut` for no answer. */
  readonly faults: (number | 'cut')[]
}

const PATH =
  /^\/v1\/(?:subscriptions|checkout\/sessions|invoices|invoice_payments|charges|refunds|disputes|payment_intents)\/([A-Za-z0-9_]+)$/

/** The version that the app asks at. */
const OWN_VERSION = '2026-10-28.endive'

/** Starts it on a free loopback port. `nowMs` is the time that its answers are of. */
export async function startModelStripe(nowMs: () => number): Promise<ModelStripe> {
  const objects = new Map<string, ModelObject>()
  const faults: (number | 'cut')[] = []
  const server = await listenOnLoopback(async (request, { outgoing }) => {
    const fault = faults.shift()
    if (fault === 'cut') {
      outgoing.destroy()
      return new Response()
    }
    const headers = { date: new Date(nowMs()).toUTCString(), 'request-id': 'req_model' }
    if (fault !== undefined)
      return Response.json({ error: { type: 'api_error' } }, { status: fault, headers })
    const url = new URL(request.url)
    const list = listed(url, [...objects.values()])
    if (list !== null) {
      return Response.json({ object: 'list', data: list, has_more: false, url: url.pathname }, { headers })
    }
    const id = PATH.exec(url.pathname)?.[1]
    const intent = paymentIntent(id ?? '', [...objects.values()])
    if (intent !== null) return Response.json(intent, { headers })
    const object = objects.get(id ?? '')
    if (object === undefined) {
      const error = { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' }
      return Response.json({ error }, { status: 404, headers })
    }
    const expanded = object.kind === 'checkout_session' && objects.get(object.subscription ?? '')
    const body = render(object, OWN_VERSION)
    return Response.json(
      expanded ? { ...body, subscription: render(expanded, OWN_VERSION) } : { ...body, livemode: false },
      { headers },
    )
  })
  return { ...server, objects, faults }
}

/** What a list that billing asks for holds; null for any other path. */
function listed(url: URL, all: readonly ModelObject[]): object[] | null {
  const query = url.searchParams
  if (url.pathname === '/v1/refunds') {
    const payment = query.get('payment_intent')
    return all.flatMap((object) =>
      object.kind === 'refund' && object.paymentIntent === payment ? [render(object, OWN_VERSION)] : [],
    )
  }
  if (url.pathname !== '/v1/invoice_payments') return null
  const payment = query.get('payment[payment_intent]')
  return all.flatMap((object) => {
    if (object.kind !== 'invoice_payment' || object.paymentIntent !== payment) return []
    const invoice = all.find(({ id }) => id === object.invoice)
    return invoice === undefined
      ? []
      : [{ ...render(object, OWN_VERSION), invoice: render(invoice, OWN_VERSION) }]
  })
}

/** A payment as far as its charge tells of it. */
function paymentIntent(id: string, all: readonly ModelObject[]): object | null {
  const charge = all.find((object) => object.kind === 'charge' && object.paymentIntent === id)
  if (charge?.kind !== 'charge') return null
  const session = all.find((object) => object.id === charge.paidFor)
  const metadata = session?.kind === 'checkout_session' ? session.metadata : {}
  return { id, object: 'payment_intent', customer: charge.customer, metadata }
}
