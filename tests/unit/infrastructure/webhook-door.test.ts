import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { overloaded } from '#src/features/billing/application/stripe-webhook.ts'
import { openWebhookDoor } from '#src/infrastructure/webhook-door.ts'

/** What stands behind the door, as Next does: it answers all that it is given. */
const framework = vi.fn((_request: unknown, response: { end: (text: string) => void }) =>
  response.end('the framework'),
)

let server: ReturnType<typeof createServer>
let url: string

beforeEach(async () => {
  framework.mockClear()
  server = createServer(framework as never).listen(0, '127.0.0.1')
  await once(server, 'listening')
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterEach(async () => {
  server.close()
  server.closeAllConnections()
  await once(server, 'close')
})

const deliver = (path = '/api/webhooks/stripe') =>
  fetch(`${url}${path}`, { method: 'POST', body: 'x'.repeat(100_000) })

describe('the door before the framework', () => {
  it('answers a delivery that is refused as the route would have, and the framework never hears of it', async () => {
    await openWebhookDoor(() => true, overloaded())

    const refused = await deliver()

    expect(refused.status).toBe(503)
    expect(Object.fromEntries(refused.headers)).toMatchObject({
      'retry-after': '10',
      'content-type': 'application/problem+json; charset=utf-8',
      'cache-control': 'private, no-store',
    })
    expect(await refused.json()).toMatchObject({ type: 'urn:tollgate:problem:overloaded', status: 503 })
    expect(framework).not.toHaveBeenCalled()
  })

  it('lets in what is not refused, and asks again each time', async () => {
    const refuses = vi.fn(() => false)
    await openWebhookDoor(refuses, overloaded())

    expect(await (await deliver()).text()).toBe('the framework')
    refuses.mockReturnValueOnce(true)
    expect((await deliver()).status).toBe(503)
    expect(await (await deliver()).text()).toBe('the framework')
    expect(refuses).toHaveBeenCalledTimes(3)
  })

  it('knows the address with a slash and with a query', async () => {
    await openWebhookDoor(() => true, overloaded())

    expect((await deliver('/api/webhooks/stripe/')).status).toBe(503)
    expect((await deliver('/api/webhooks/stripe?a=b')).status).toBe(503)
  })

  it('asks of nothing else: pages are for people', async () => {
    const refuses = vi.fn(() => true)
    await openWebhookDoor(refuses, overloaded())

    expect(await (await deliver('/api/checkout/session')).text()).toBe('the framework')
    expect(await (await fetch(url)).text()).toBe('the framework')
    expect(refuses).not.toHaveBeenCalled()
  })

  it('stands nowhere once it was given up', async () => {
    const stop = await openWebhookDoor(() => true, overloaded())
    stop()

    expect(await (await deliver()).text()).toBe('the framework')
  })
})
