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
  /^\/v1\/(?:subscriptions|checkout\/sessions|invoices|invoice_payments|charges|refunds|disputes)\/([A-Za-z0-9_]+)$/

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
    const id = PATH.exec(new URL(request.url).pathname)?.[1]
    const object = objects.get(id ?? '')
    if (object === undefined) {
      const error = { type: 'invalid_request_error', code: 'resource_missing', message: 'No such object' }
      return Response.json({ error }, { status: 404, headers })
    }
    const expanded = object.kind === 'checkout_session' && objects.get(object.subscription ?? '')
    const body = render(object, '2026-10-28.endive')
    return Response.json(
      expanded
        ? { ...body, subscription: render(expanded, '2026-10-28.endive') }
        : { ...body, livemode: false },
      { headers },
    )
  })
  return { ...server, objects, faults }
}
