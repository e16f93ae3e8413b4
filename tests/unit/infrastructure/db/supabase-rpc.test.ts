import { afterEach, describe, expect, it } from 'vitest'
import { createSupabaseServiceClient } from '#src/infrastructure/config/clients.ts'
import { DatabaseService } from '#src/infrastructure/db/database-service.ts'
import { supabaseRpc } from '#src/infrastructure/db/supabase-rpc.ts'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'

let server: LoopbackServer
let seen: { method: string; path: string; body: string; key: string | null }[]

afterEach(() => server.close())

/** A PostgREST whose every answer is `answer`'s, and calls of functions there. */
async function open(answer: () => Response | Promise<Response>, deadlineMs = 5_000) {
  seen = []
  server = await listenOnLoopback(async (request) => {
    const { method, url, headers } = request
    seen.push({ method, path: new URL(url).pathname, body: await request.text(), key: headers.get('apikey') })
    return answer()
  })
  const client = createSupabaseServiceClient({
    url: server.url,
    publishableKey: 'sb_publishable_x',
    secretKey: 'sb_secret_x',
  })
  return supabaseRpc(client, { deadlineMs })
}

describe('a call of an SQL function', () => {
  it('is one request as the service role, and its answer is the JSON that came', async () => {
    const call = await open(() => Response.json({ outcome: 'applied', n: 1 }))

    await expect(call('apply_stripe_event', { p_event: null })).resolves.toEqual({ outcome: 'applied', n: 1 })
    expect(seen).toEqual([
      {
        method: 'POST',
        path: '/rest/v1/rpc/apply_stripe_event',
        body: '{"p_event":null}',
        key: 'sb_secret_x',
      },
    ])
  })

  it.each([
    [503, { code: 'PGRST000', message: 'no connection' }, 'database_unavailable'],
    [500, { code: '40P01', message: 'deadlock detected' }, 'database_unavailable'],
    [404, { code: 'PGRST202', message: 'not in the schema cache' }, 'database_unavailable'],
    [400, { code: '22P05', message: 'canary' }, 'database_refused'],
    [401, { code: 'PGRST301', message: 'canary' }, 'database_refused'],
    [500, { message: 'of a gateway, without a code' }, 'database_unavailable'],
  ])('F74: status %i with %o is %s, after one try', async (status, body, code) => {
    const call = await open(() => Response.json(body, { status }))

    await expect(call('f', {})).rejects.toMatchObject({
      name: 'BillingError',
      code,
      message: expect.not.stringContaining('canary'),
    })
    expect(seen).toHaveLength(1)
  })

  it('a page of HTML from a gateway is worth another try', async () => {
    const call = await open(() => new Response('<html>Bad gateway</html>', { status: 502 }))

    await expect(call('f', {})).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
  })

  it('that is not answered is given up at the deadline, and is worth another try', async () => {
    const call = await open(() => new Promise<Response>(() => undefined), 50)

    const startedAt = performance.now()
    await expect(call('f', {})).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
    expect(performance.now() - startedAt).toBeLessThan(4_000)
    expect(seen).toHaveLength(1)
  })

  it('whose connection is refused is worth another try', async () => {
    const call = await open(() => new Response())
    await server.close()

    await expect(call('f', {})).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
  })

  it.each([
    ['JSON that was cut off', '{"outcome":"appl'],
    ['a page of HTML with status 200', '<html><body>Please sign in to the network</body></html>'],
  ])('whose answer is %s is worth another try: it may have been carried out', async (_, body) => {
    const call = await open(() => new Response(body))

    await expect(call('f', {})).rejects.toMatchObject({ code: 'database_unavailable', retryable: true })
  })

  it.each([
    ['another shape', '{"status":"ok"}'],
    ['nothing', ''],
  ])('whose answer is %s is nobody’s entitlements, and worth another try', async (_, body) => {
    const database = new DatabaseService(await open(() => new Response(body)))

    await expect(database.getUserEntitlements('user', 0)).rejects.toMatchObject({
      code: 'database_unavailable',
      retryable: true,
    })
  })
})
