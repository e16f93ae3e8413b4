import { createHash } from 'node:crypto'
import { Ratelimit } from '@upstash/ratelimit'
import { Redis } from '@upstash/redis'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UpstashSandbox } from '#src/sandbox/upstash/server.ts'
import { pipeline, post } from './raw-client.ts'

/** What every engine must do behind the real SDKs. */
export function upstashContract(name: string, create: () => Promise<UpstashSandbox>): void {
  describe(name, () => {
    let sandbox: UpstashSandbox
    let redis: Redis

    beforeAll(async () => {
      sandbox = await create()
      redis = new Redis({ url: sandbox.url, token: sandbox.token, retry: { retries: 0 } })
    })
    beforeEach(() => sandbox.reset())
    afterAll(() => sandbox.close())

    test('the SDK reads back what it wrote, whatever characters it has', async () => {
      await redis.set('key é', { text: 'naïve ☃ "quoted"\n', list: [1, null] })
      expect(await redis.get('key é')).toEqual({ text: 'naïve ☃ "quoted"\n', list: [1, null] })
    })

    test('a stored OK is told from the status OK', async () => {
      expect(await redis.set('a', 'OK')).toBe('OK')
      expect(await redis.get('a')).toBe('OK')
      expect(await redis.mget('a', 'b')).toEqual(['OK', null])
    })

    test('a key is gone at the millisecond of its expiry', async () => {
      const expiresAt = Date.now() + 1_000
      await redis.set('a', 1, { pxat: expiresAt })
      expect(await redis.get('a')).toBe(1)
      await new Promise((resolve) => setTimeout(resolve, expiresAt - Date.now() + 2))
      expect(await redis.get('a')).toBeNull()
      expect(await redis.dbsize()).toBe(0)
    })

    test('TIME is the clock of this machine, in seconds and microseconds', async () => {
      const before = Date.now()
      const [seconds, microseconds] = await redis.time()
      const toldMs = Number(seconds) * 1000 + Number(microseconds) / 1000
      expect(toldMs).toBeGreaterThanOrEqual(before - 1)
      expect(toldMs).toBeLessThanOrEqual(Date.now() + 1)
    })

    test('a pipeline runs in order, and one failed command does not stop the others', async () => {
      const replies = await redis.pipeline().set('a', 'x').incr('a').get('a').exec({ keepErrors: true })
      expect(replies).toEqual([
        { result: 'OK', error: undefined },
        { result: undefined, error: 'ERR value is not an integer or out of range' },
        { result: 'x', error: undefined },
      ])
    })

    test('a transaction runs to its end although one of its commands fails', async () => {
      const response = await post(sandbox, '/multi-exec', [
        ['SET', 'a', 'x'],
        ['INCR', 'a'],
        ['SET', 'a', 'y'],
      ])
      expect(await response.json()).toEqual([
        { result: 'OK' },
        { error: 'ERR value is not an integer or out of range' },
        { result: 'OK' },
      ])
    })

    test('a transaction with a command that does not exist does nothing', async () => {
      const response = await post(sandbox, '/multi-exec', [['SET', 'a', 'x'], ['NOPE']])
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({
        error: 'EXECABORT Transaction discarded because of previous errors.',
      })
      expect(await redis.exists('a')).toBe(0)
    })

    test('two hundred clients at once lose no increment', async () => {
      await Promise.all(Array.from({ length: 200 }, () => redis.multi().incr('n').incr('n').exec()))
      expect(await redis.get('n')).toBe(400)
    })

    test('a script that was loaded runs by its SHA1, and is unknown after SCRIPT FLUSH', async () => {
      const script = "return redis.call('INCRBY', KEYS[1], ARGV[1])"
      const sha = createHash('sha1').update(script).digest('hex')
      const before = 'NOSCRIPT No matching script. Please use EVAL.'
      await expect(redis.evalsha(sha, ['n'], [5])).rejects.toThrow(before)
      expect(await redis.scriptLoad(script)).toBe(sha)
      expect(await redis.evalsha(sha, ['n'], [5])).toBe(5)
      expect(await redis.scriptExists(sha, 'f'.repeat(40))).toEqual([1, 0])
      await redis.scriptFlush()
      await expect(redis.evalsha(sha, ['n'], [5])).rejects.toThrow(before)
    })

    test('a script that EVAL ran is known by its SHA1 afterwards', async () => {
      const script = 'return ARGV[1]'
      expect(await redis.eval(script, [], ['one'])).toBe('one')
      expect(await redis.evalsha(createHash('sha1').update(script).digest('hex'), [], ['two'])).toBe('two')
    })

    test("a script with Upstash's own flag keeps its SHA1", async () => {
      const script = '#!lua flags=allow-key-locking\nreturn KEYS[1]'
      const sha = createHash('sha1').update(script).digest('hex')
      expect(await redis.scriptLoad(script)).toBe(sha)
      expect(await redis.scriptExists(sha)).toEqual([1])
      expect(await redis.evalsha(sha, ['k'], [])).toBe('k')
    })

    test('a script may set only a newer version, however many try at once', async () => {
      const script = `local held = redis.call('HGET', KEYS[1], 'version')
        if held and tonumber(held) >= tonumber(ARGV[1]) then return 0 end
        redis.call('HSET', KEYS[1], 'version', ARGV[1], 'value', ARGV[2])
        redis.call('PEXPIRE', KEYS[1], ARGV[3])
        return 1`
      const versions = Array.from({ length: 50 }, (_, index) => ((index * 17) % 50) + 1)
      await Promise.all(
        versions.map((version) => redis.eval(script, ['u'], [version, `v${version}`, 60_000])),
      )
      expect(await redis.hgetall('u')).toEqual({ version: 50, value: 'v50' })
      expect(await redis.pttl('u')).toBeGreaterThan(59_000)
    })

    test('arguments of any bytes pass through a script unchanged', async () => {
      const text = 'a\u0000b%41\n☃ %'
      const code = "redis.call('SET', KEYS[1], ARGV[1]) return {redis.call('GET', KEYS[1]), #ARGV[1]}"
      const [item] = await pipeline(sandbox, [['EVAL', code, 1, 'k', text]])
      expect(item).toEqual({ result: [text, Buffer.byteLength(text)] })
    })

    test('a value of a hundred kilobytes passes through a script', async () => {
      const text = 'é%'.repeat(50_000)
      expect(await redis.eval('return #ARGV[1]', [], [text])).toBe(150_000)
    })

    test('a thousand runs of a script leave the engine as it was', async () => {
      const commands = Array.from({ length: 1000 }, () => [
        'EVAL',
        "return redis.call('INCR', KEYS[1])",
        1,
        'n',
      ])
      const items = await pipeline(sandbox, commands)
      expect(items.at(-1)).toEqual({ result: 1000 })
    })

    const limiters = {
      slidingWindow: Ratelimit.slidingWindow(3, '60 s'),
      fixedWindow: Ratelimit.fixedWindow(3, '60 s'),
      tokenBucket: Ratelimit.tokenBucket(3, '60 s', 3),
    }
    test.each(Object.entries(limiters))(
      'the limiter %s lets three of five through',
      async (prefix, limiter) => {
        const ratelimit = new Ratelimit({ redis, limiter, prefix, ephemeralCache: false, timeout: 0 })
        const answers = []
        for (let i = 0; i < 5; i += 1) answers.push((await ratelimit.limit('user')).success)
        expect(answers).toEqual([true, true, true, false, false])
        expect((await ratelimit.getRemaining('user')).remaining).toBe(0)
        await ratelimit.resetUsedTokens('user')
        expect((await ratelimit.limit('user')).success).toBe(true)
      },
    )

    test('an eviction loses the keys and the scripts', async () => {
      await redis.set('a', 1)
      const sha = await redis.scriptLoad('return 1')
      await sandbox.evictAll()
      expect(await redis.get('a')).toBeNull()
      expect(await redis.scriptExists(sha)).toEqual([0])
    })
  })
}
