import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createUpstashSandbox, type UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { refusesOtherSites } from '../other-sites.ts'
import { post } from './raw-client.ts'

let sandbox: UpstashSandbox

beforeAll(async () => {
  sandbox = await createUpstashSandbox({ engine: 'memory' })
})
beforeEach(() => sandbox.reset())
afterAll(() => sandbox.close())

function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(sandbox.url + path, { headers: { Authorization: `Bearer ${sandbox.token}`, ...headers } })
}

async function body(response: Response): Promise<unknown> {
  return response.json()
}

describe('authorization', () => {
  const wrong = { error: 'WRONGPASS invalid or missing auth token' }

  test('a missing token is refused with 401', async () => {
    const response = await fetch(sandbox.url, { method: 'POST', body: '["PING"]' })
    expect([response.status, await body(response)]).toEqual([401, wrong])
  })

  test('a wrong token is refused with 401', async () => {
    const response = await post({ url: sandbox.url, token: `${sandbox.token}x` }, '/', ['PING'])
    expect([response.status, await body(response)]).toEqual([401, wrong])
  })

  test('a token may stand in the query', async () => {
    const response = await fetch(`${sandbox.url}/ping?_token=${sandbox.token}`)
    expect(await body(response)).toEqual({ result: 'PONG' })
  })

  test('the read-only token reads', async () => {
    await post(sandbox, '/', ['SET', 'a', '1'])
    const response = await post({ url: sandbox.url, token: sandbox.readOnlyToken }, '/', ['GET', 'a'])
    expect(await body(response)).toEqual({ result: '1' })
  })

  test.each(['SET', 'DEL', 'EVAL', 'KEYS', 'SCAN', 'FLUSHALL'])(
    'the read-only token may not %s',
    async (name) => {
      const response = await post({ url: sandbox.url, token: sandbox.readOnlyToken }, '/', [name, '1', '0'])
      const error = `NOPERM this user has no permissions to run the '${name.toLowerCase()}' command`
      expect([response.status, await body(response)]).toEqual([400, { error }])
    },
  )

  test('the read-only token writes nothing in a pipeline, and still reads', async () => {
    const target = { url: sandbox.url, token: sandbox.readOnlyToken }
    const response = await post(target, '/pipeline', [
      ['SET', 'a', '1'],
      ['GET', 'a'],
    ])
    expect(await body(response)).toEqual([{ error: expect.stringMatching(/^NOPERM/) }, { result: null }])
  })
})

describe('requests and answers', () => {
  test('a command in the path works, with a body and a query appended', async () => {
    const response = await fetch(`${sandbox.url}/set/a%2Fb?EX=100`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${sandbox.token}` },
      body: 'value/é',
    })
    expect(await body(response)).toEqual({ result: 'OK' })
    expect(await body(await get('/get/a%2Fb'))).toEqual({ result: 'value/é' })
    expect(await body(await get('/ttl/a%2Fb'))).toEqual({ result: 100 })
  })

  test('base64 covers every string but a status OK', async () => {
    const commands = [['SET', 'a', 'OK'], ['GET', 'a'], ['MGET', 'a', 'none'], ['STRLEN', 'a'], ['PING']]
    const response = await post(sandbox, '/pipeline', commands, { 'Upstash-Encoding': 'base64' })
    expect(await body(response)).toEqual([
      { result: 'OK' },
      { result: 'T0s=' },
      { result: ['T0s=', null] },
      { result: 2 },
      { result: 'UE9ORw==' },
    ])
  })

  test('a failed command is 400 with its error', async () => {
    const response = await post(sandbox, '/', ['GET'])
    const error = "ERR wrong number of arguments for 'get' command"
    expect([response.status, await body(response)]).toEqual([400, { error }])
  })

  test.each([
    ['/', 'not json', 'ERR failed to parse command'],
    ['/', '[]', 'ERR failed to parse command'],
    ['/', '[["GET","a"]]', 'ERR failed to parse command'],
    ['/', '["SET","a",{"b":1}]', 'ERR failed to parse command'],
    ['/pipeline', '["GET","a"]', 'ERR failed to parse pipeline request'],
    ['/multi-exec', '[]', 'ERR failed to parse transaction request'],
  ])('%s with %s is refused', async (path, text, error) => {
    const headers = { Authorization: `Bearer ${sandbox.token}` }
    const response = await fetch(sandbox.url + path, { method: 'POST', headers, body: text })
    expect([response.status, await body(response)]).toEqual([400, { error }])
  })

  test('a method that REST does not have is 405', async () => {
    const headers = { Authorization: `Bearer ${sandbox.token}` }
    expect((await fetch(sandbox.url, { method: 'DELETE', headers })).status).toBe(405)
  })

  test.each(['SUBSCRIBE', 'MULTI', 'BLPOP', 'SHUTDOWN', 'SELECT'])(
    '%s does not reach the engine',
    async (name) => {
      const response = await post(sandbox, '/', [name, 'x', '0'])
      expect(await body(response)).toEqual({
        error: expect.stringContaining(`Command is not available: '${name}'`),
      })
    },
  )

  test('the sync token comes back', async () => {
    const response = await post(sandbox, '/', ['PING'], { 'Upstash-Sync-Token': 'abc' })
    expect(response.headers.get('upstash-sync-token')).toBe('abc')
  })
})

describe('counting', () => {
  test('a pipeline is one round trip with its commands', async () => {
    await post(sandbox, '/pipeline', [
      ['SET', 'a', 'é'],
      ['GET', 'a'],
    ])
    await post(sandbox, '/', ['GET', 'b'])
    expect(sandbox.requestCount()).toBe(2)
    expect(sandbox.commandCount()).toBe(3)
    expect(sandbox.commands()).toEqual([
      ['SET', 'a', 'é'],
      ['GET', 'a'],
      ['GET', 'b'],
    ])
    const listed = await (await fetch(`${sandbox.url}/_sandbox/requests`)).json()
    expect(listed).toEqual({ count: 2, requests: sandbox.requests() })
    sandbox.clearLog()
    expect([sandbox.requestCount(), sandbox.commandCount()]).toEqual([0, 0])
  })
})

describe('faults', () => {
  const client = () => new Redis({ url: sandbox.url, token: sandbox.token, retry: { retries: 0 } })

  test('down cuts the connection and does nothing', async () => {
    sandbox.faults.set({ kind: 'down' })
    await expect(client().set('a', 1)).rejects.toThrow('fetch failed')
    sandbox.faults.clear()
    expect(await client().get('a')).toBeNull()
  })

  test('status answers in the shape of Upstash and does nothing, as often as it was told', async () => {
    sandbox.faults.set({ kind: 'status', status: 503, times: 1 })
    await expect(client().set('a', 1)).rejects.toThrow('ERR sandbox fault with status 503')
    expect(await client().get('a')).toBeNull()
  })

  test('html is no JSON', async () => {
    sandbox.faults.set({ kind: 'html', times: 1 })
    await expect(client().get('a')).rejects.toThrow('Unable to parse response body')
  })

  test('error_after_effect does what was asked and answers an error', async () => {
    sandbox.faults.set({ kind: 'error_after_effect', times: 1 })
    await expect(client().set('a', 1)).rejects.toThrow('ERR sandbox fault with status 500')
    expect(await client().get('a')).toBe(1)
  })

  test('reset does what was asked and cuts the connection', async () => {
    sandbox.faults.set({ kind: 'reset', times: 1 })
    await expect(client().set('a', 1)).rejects.toThrow('fetch failed')
    await vi.waitFor(async () => expect(await client().get('a')).toBe(1))
  })

  test('slow answers late', async () => {
    sandbox.faults.set({ kind: 'slow', delayMs: 80, times: 1 })
    const started = performance.now()
    expect(await client().get('a')).toBeNull()
    expect(performance.now() - started).toBeGreaterThanOrEqual(75)
  })

  test('match restricts a fault to a command', async () => {
    sandbox.faults.set({ kind: 'status', match: ' SET' })
    await expect(client().set('a', 1)).rejects.toThrow('503')
    expect(await client().get('a')).toBeNull()
  })

  test('a fault is set, read and cleared over HTTP', async () => {
    const url = `${sandbox.url}/_sandbox/faults`
    const set = await fetch(url, { method: 'PUT', body: '{"kind":"down","times":2}' })
    expect(await body(set)).toEqual({ fault: { kind: 'down', times: 2 } })
    expect(sandbox.faults.current).toEqual({ kind: 'down', times: 2 })
    await fetch(url, { method: 'DELETE' })
    expect(sandbox.faults.current).toBeNull()
  })

  test('a fault that does not exist is refused', async () => {
    const response = await fetch(`${sandbox.url}/_sandbox/faults`, { method: 'PUT', body: '{"kind":"fire"}' })
    expect(response.status).toBe(400)
    expect(sandbox.faults.current).toBeNull()
  })

  test('eviction works over HTTP', async () => {
    await client().set('a', 1)
    await fetch(`${sandbox.url}/_sandbox/evict`, { method: 'POST' })
    expect(await client().get('a')).toBeNull()
  })
})

refusesOtherSites(() => sandbox.url)

describe('where it may run', () => {
  test('it does not start in production', async () => {
    vi.stubEnv('NODE_ENV', 'production')
    await expect(createUpstashSandbox({ engine: 'memory' })).rejects.toThrow('NODE_ENV=production')
    vi.unstubAllEnvs()
  })

  test('it does not listen where others can reach it', async () => {
    await expect(createUpstashSandbox({ engine: 'memory', host: '0.0.0.0' })).rejects.toThrow('loopback only')
  })

  test('it forwards to no Redis of another machine', async () => {
    await expect(createUpstashSandbox({ redisUrl: 'redis://192.0.2.1:6379' })).rejects.toThrow(
      'loopback only',
    )
  })

  test('a port that is taken is stepped over', async () => {
    const second = await createUpstashSandbox({ engine: 'memory', port: sandbox.port })
    expect(second.port).toBeGreaterThan(sandbox.port)
    await second.close()
  })
})
