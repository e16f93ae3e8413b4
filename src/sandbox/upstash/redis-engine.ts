import { Redis } from 'ioredis'
import type { Command, Engine } from './engine.ts'
import { type Bytes, CommandError, type Reply } from './reply.ts'
import { ScriptFlagTranslator } from './script-flags.ts'

const CONNECT_DEADLINE_MS = 5000

/**
 * An engine that is a real Redis. `onClose` runs after the connection ended (to stop a server of our own).
 * @throws where no connection was had within five seconds.
 */
export async function createRedisEngine(url: string, onClose: () => Promise<void>): Promise<Engine> {
  const redis = new Redis(url, {
    lazyConnect: true,
    connectTimeout: CONNECT_DEADLINE_MS,
    maxRetriesPerRequest: 1,
    enableAutoPipelining: false,
    protocol: 2,
  })
  redis.on('error', () => {
    // Each waiting command is rejected with the same error, which its caller reports.
  })
  await redis.connect()
  const flags = new ScriptFlagTranslator()
  const runTranslated = async (command: Command) =>
    flags.incoming(command, await run(redis, flags.outgoing(command)))
  return {
    kind: 'redis',
    pipeline: (commands) => Promise.all(commands.map(runTranslated)),
    transaction: (commands) =>
      transaction(
        redis,
        commands.map((command) => flags.outgoing(command)),
      ),
    flush: async ({ scripts }) => {
      await redis.flushdb()
      if (scripts) await redis.script('FLUSH')
    },
    close: async () => {
      redis.disconnect()
      await onClose()
    },
  }
}

/** In capitals, because ioredis reshapes the replies of some commands that it knows by their small names. */
async function run(redis: Redis, [name, ...args]: Command): Promise<Reply> {
  try {
    return toReply(await redis.callBuffer(name.toUpperCase(), args.map(toBuffer)))
  } catch (error) {
    return toReply(error)
  }
}

/** MULTI, the commands and EXEC go out in one write on one connection, so nothing of others comes in between. */
async function transaction(redis: Redis, commands: readonly Command[]): Promise<Reply[] | Reply> {
  const settled = await Promise.all([
    run(redis, ['MULTI']),
    ...commands.map((command) => run(redis, command)),
    run(redis, ['EXEC']),
  ])
  const last = settled.at(-1)
  return last === undefined ? [] : last
}

function toBuffer(bytes: Bytes): Buffer {
  return Buffer.from(bytes, 'latin1')
}

/** ioredis gives status replies as strings or buffers, like bulk strings: `OK` is told apart by its text alone. */
function toReply(value: unknown): Reply {
  if (value === null || value === undefined) return null
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  if (typeof value === 'string') return Buffer.from(value, 'utf8').toString('latin1')
  if (Buffer.isBuffer(value)) return value.toString('latin1')
  if (Array.isArray(value)) return value.map(toReply)
  if (value instanceof Error) return new CommandError(Buffer.from(value.message, 'utf8').toString('latin1'))
  throw new TypeError(`Redis answered a ${typeof value}, which RESP2 does not have`)
}
