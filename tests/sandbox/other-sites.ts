import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { describe, expect, it } from 'vitest'

interface Ask {
  method: string
  path: string
  headers?: Record<string, string>
}

/** The status of an answer; unlike `fetch`, this may say any `Host`. */
async function statusOf(url: string, { method, path, headers = {} }: Ask): Promise<number | undefined> {
  const asked = request(url + path, { method, headers }).end()
  const [response] = (await once(asked, 'response')) as [IncomingMessage]
  response.resume()
  return response.statusCode
}

/**
 * What pages that a browser has open must not do to a stand-in on the same machine: any site can send to loopback, and
 * one whose name is made to resolve to it (DNS rebinding) can read as well.
 */
export function refusesOtherSites(url: () => string): void {
  const change = { method: 'DELETE', path: '/_sandbox/faults' }
  const send = (headers: Record<string, string>, ask: Ask = change) => statusOf(url(), { ...ask, headers })

  describe('a page of another site', () => {
    it.each([
      'rebound.example',
      'localhost.rebound.example',
      '127.0.0.1.rebound.example',
      '192.168.0.2',
      '0.0.0.0',
    ])('reads nothing under the name %s', async (host) => {
      for (const path of ['/', '/_sandbox/requests']) {
        await expect(send({ host }, { method: 'GET', path })).resolves.toBe(403)
      }
    })

    it.each(['localhost', '127.0.0.1', '[::1]'])(
      'is not taken for this machine, which is %s',
      async (host) => {
        const read = { method: 'GET', path: '/_sandbox/requests' }

        await expect(send({ host: `${host}:${new URL(url()).port}` }, read)).resolves.toBe(200)
      },
    )

    it.each([
      ['origin', 'https://elsewhere.example'],
      ['origin', 'http://127.0.0.1:1'],
      ['origin', 'null'],
      ['sec-fetch-site', 'cross-site'],
      ['sec-fetch-site', 'same-site'],
    ])('presses no switch: %s %s', async (header, value) => {
      await expect(send({ [header]: value })).resolves.toBe(403)
    })

    it('is told from a program, which names no origin, and from a page of the stand-in', async () => {
      await expect(send({})).resolves.toBe(200)
      await expect(send({ origin: new URL(url()).origin })).resolves.toBe(200)
    })
  })
}
