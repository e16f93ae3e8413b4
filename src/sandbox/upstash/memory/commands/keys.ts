import { CommandError, OK, type Reply } from '../../reply.ts'
import { pick } from '../chance.ts'
import { argument, type CommandTable, globMatcher, parseInteger, syntaxError } from '../command.ts'
import type { Keyspace } from '../keyspace.ts'

type Args = readonly string[]

/** Commands on keys of any type. */
export const keyCommands: CommandTable = {
  DEL: { arity: -2, run: remove },
  UNLINK: { arity: -2, run: remove },
  EXISTS: { arity: -2, run: (db, keys) => keys.filter((key) => db.has(key)).length },
  TOUCH: { arity: -2, run: (db, keys) => keys.filter((key) => db.has(key)).length },
  RENAME: {
    arity: 3,
    run: (db, args) => {
      rename(db, args)
      return OK
    },
  },
  RENAMENX: {
    arity: 3,
    run: (db, args) => (db.has(argument(args, 0)) && db.has(argument(args, 1)) ? 0 : rename(db, args)),
  },
  COPY: { arity: -3, run: copy },
  RANDOMKEY: { arity: 1, run: (db) => pick(db.keys()) },
  TYPE: { arity: 2, run: (db, args) => ({ status: db.type(argument(args, 0)) ?? 'none' }) },
  KEYS: { arity: 2, run: (db, args) => db.keys().filter(globMatcher(argument(args, 0))) },
  SCAN: { arity: -2, run: scan },
  TTL: { arity: 2, run: (db, args) => remaining(db, args, 1000) },
  PTTL: { arity: 2, run: (db, args) => remaining(db, args, 1) },
  PERSIST: { arity: 2, run: persist },
  EXPIRE: { arity: -3, run: (db, args) => expire(db, args, 1000, true) },
  PEXPIRE: { arity: -3, run: (db, args) => expire(db, args, 1, true) },
  EXPIREAT: { arity: -3, run: (db, args) => expire(db, args, 1000, false) },
  PEXPIREAT: { arity: -3, run: (db, args) => expire(db, args, 1, false) },
  EXPIRETIME: { arity: 2, run: (db, args) => expiryTime(db, args, 1000) },
  PEXPIRETIME: { arity: 2, run: (db, args) => expiryTime(db, args, 1) },
}

function remove(db: Keyspace, keys: Args): Reply {
  return keys.filter((key) => db.delete(key)).length
}

function rename(db: Keyspace, args: Args): number {
  if (!db.rename(argument(args, 0), argument(args, 1))) throw new CommandError('ERR no such key')
  return 1
}

function copy(db: Keyspace, args: Args): Reply {
  const [from, to] = [argument(args, 0), argument(args, 1)]
  const option = args[2]?.toUpperCase()
  if (args.length > 3 || (option !== undefined && option !== 'REPLACE')) throw syntaxError()
  if (from === to) throw new CommandError('ERR source and destination objects are the same')
  if (option === undefined && db.has(to)) return 0
  return db.copy(from, to) ? 1 : 0
}

/** Everything in one page, whatever COUNT hints: the smallest answer that keeps all of SCAN's guarantees. */
function scan(db: Keyspace, args: Args): Reply {
  if (!/^\d{1,20}$/.test(argument(args, 0))) throw new CommandError('ERR invalid cursor')
  let keys = db.keys()
  for (let i = 1; i < args.length; i += 2) {
    const value = argument(args, i + 1)
    const option = argument(args, i).toUpperCase()
    if (option === 'MATCH') keys = keys.filter(globMatcher(value))
    else if (option === 'TYPE') keys = keys.filter((key) => db.type(key) === value.toLowerCase())
    else if (option !== 'COUNT' || parseInteger(value) < 1) throw syntaxError()
  }
  return ['0', keys]
}

function remaining(db: Keyspace, args: Args, unitMs: number): Reply {
  const expiresAtMs = db.expiry(argument(args, 0))
  if (expiresAtMs === undefined) return -2
  if (expiresAtMs === null) return -1
  // Redis rounds to the nearest unit: TTL of 1500 ms is 2.
  return Math.floor((expiresAtMs - db.now() + unitMs / 2) / unitMs)
}

function expiryTime(db: Keyspace, args: Args, unitMs: number): Reply {
  const expiresAtMs = db.expiry(argument(args, 0))
  if (expiresAtMs === undefined) return -2
  return expiresAtMs === null ? -1 : Math.floor((expiresAtMs + unitMs / 2) / unitMs)
}

function persist(db: Keyspace, args: Args): Reply {
  const key = argument(args, 0)
  return typeof db.expiry(key) === 'number' && db.setExpiry(key, null) ? 1 : 0
}

function expire(db: Keyspace, args: Args, unitMs: number, relative: boolean): Reply {
  const key = argument(args, 0)
  const amountMs = parseInteger(args[1]) * unitMs
  const flags = new Set(args.slice(2).map((flag) => flag.toUpperCase()))
  for (const flag of flags) {
    if (!['NX', 'XX', 'GT', 'LT'].includes(flag)) throw new CommandError(`ERR Unsupported option ${flag}`)
  }
  if (flags.has('NX') && flags.size > 1) {
    throw new CommandError('ERR NX and XX, GT or LT options at the same time are not compatible')
  }
  if (flags.has('GT') && flags.has('LT')) {
    throw new CommandError('ERR GT and LT options at the same time are not compatible')
  }
  const before = db.expiry(key)
  if (before === undefined) return 0
  const after = relative ? db.now() + amountMs : amountMs
  // No expiry counts as an infinite one.
  const current = before ?? Number.POSITIVE_INFINITY
  if (flags.has('NX') && before !== null) return 0
  if (flags.has('XX') && before === null) return 0
  if (flags.has('GT') && after <= current) return 0
  if (flags.has('LT') && after >= current) return 0
  db.setExpiry(key, after)
  return 1
}
