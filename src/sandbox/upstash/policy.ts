import type { Command } from './engine.ts'
import { CommandError, toText } from './reply.ts'

/** What a token may do: all commands, or those that read keys by name. */
export type Access = 'full' | 'read-only'

/** `KEYS` and `SCAN` are not among them: upstash.com/docs/redis/features/restapi, "Standard vs Read Only Tokens". */
const READ_COMMANDS = new Set(
  (
    'GET MGET STRLEN GETRANGE GETBIT BITCOUNT EXISTS TTL PTTL TYPE PING ECHO TIME DBSIZE ' +
    'HGET HMGET HGETALL HEXISTS HLEN HKEYS HVALS HSTRLEN HRANDFIELD ' +
    'SISMEMBER SMISMEMBER SMEMBERS SCARD SRANDMEMBER SUNION SINTER SDIFF ' +
    'ZSCORE ZMSCORE ZRANGE ZREVRANGE ZRANGEBYSCORE ZCARD ZCOUNT ZRANK ZREVRANK LRANGE LLEN LINDEX LPOS'
  ).split(' '),
)

/** They change the connection, which the commands of all clients share here, or stop the server. */
const NOT_OVER_REST = new Set(
  (
    'SUBSCRIBE PSUBSCRIBE SSUBSCRIBE UNSUBSCRIBE PUNSUBSCRIBE SUNSUBSCRIBE MONITOR MULTI EXEC DISCARD WATCH UNWATCH ' +
    'BLPOP BRPOP BLMOVE BRPOPLPUSH BLMPOP BZPOPMIN BZPOPMAX BZMPOP WAIT WAITAOF XREADGROUP ' +
    'AUTH HELLO SELECT SWAPDB QUIT RESET CLIENT SHUTDOWN REPLICAOF SLAVEOF FAILOVER DEBUG MODULE ACL CLUSTER ' +
    'SYNC PSYNC SAVE BGSAVE BGREWRITEAOF MIGRATE'
  ).split(' '),
)

/** The error that refuses this command to this token, or null. */
export function refusal([name]: Command, access: Access): CommandError | null {
  const upper = name.toUpperCase()
  if (NOT_OVER_REST.has(upper)) {
    return new CommandError(
      `ERR Command is not available: '${toText(name)}'. See https://upstash.com/docs/redis/overall/rediscompatibility`,
    )
  }
  if (access === 'read-only' && !READ_COMMANDS.has(upper)) {
    return new CommandError(
      `NOPERM this user has no permissions to run the '${toText(name).toLowerCase()}' command`,
    )
  }
  return null
}
