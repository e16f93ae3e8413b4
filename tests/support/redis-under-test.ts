import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'
import { findRedisServer } from '#src/sandbox/upstash/redis-process.ts'

/** The engines that a stand-in for Upstash can have on this machine. */
export const redisEngines: readonly ('memory' | 'redis')[] =
  findRedisServer() === null ? ['memory'] : ['memory', 'redis']

/** Answers with status 200 that no Redis gives: what a proxy in between may make of one. */
export const MANGLED_ANSWERS: readonly (readonly [name: string, body: string])[] = [
  ['JSON that was cut off', '[{"result":"'],
  ['a page of HTML', '<html><body>Please sign in to the network</body></html>'],
  ['nothing', ''],
  ['JSON of another kind', '{"status":"ok"}'],
]

/** A Redis whose every answer is this body, with status 200. */
export async function startMangledRedis(body: string): Promise<LoopbackServer & { readonly token: string }> {
  const server = await listenOnLoopback(async () => new Response(body))
  return { ...server, token: 'token' }
}
