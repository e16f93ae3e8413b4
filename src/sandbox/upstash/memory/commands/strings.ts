import { type Bytes, CommandError, OK, type Reply } from '../../reply.ts'
import {
  addInt64,
  argument,
  type CommandTable,
  formatDouble,
  parseDouble,
  parseInt64,
  parseInteger,
  syntaxError,
  wrongArity,
} from '../command.ts'
import type { Keyspace } from '../keyspace.ts'

type Args = readonly string[]

/** Redis's own limit of a string: 512 MB. */
const MAX_STRING_BYTES = 512 * 1024 * 1024

/** Commands on strings. */
export const stringCommands: CommandTable = {
  GET: { arity: 2, run: (db, args) => db.read('string', argument(args, 0)) },
  SET: { arity: -3, run: set },
  SETNX: { arity: 3, run: (db, args) => (setIfAbsent(db, argument(args, 0), argument(args, 1)) ? 1 : 0) },
  SETEX: { arity: 4, run: (db, args) => setFor(db, args, 1000, 'setex') },
  PSETEX: { arity: 4, run: (db, args) => setFor(db, args, 1, 'psetex') },
  GETSET: { arity: 3, run: (db, args) => set(db, [argument(args, 0), argument(args, 1), 'GET']) },
  GETDEL: { arity: 2, run: getAndDelete },
  GETEX: { arity: -2, run: getAndExpire },
  GETRANGE: { arity: 4, run: getRange },
  STRLEN: { arity: 2, run: (db, args) => db.read('string', argument(args, 0))?.length ?? 0 },
  APPEND: { arity: 3, run: append },
  MGET: {
    arity: -2,
    run: (db, keys) => keys.map((key) => (db.type(key) === 'string' ? db.read('string', key) : null)),
  },
  SETRANGE: { arity: 4, run: setRange },
  MSET: { arity: -3, run: setMany },
  MSETNX: { arity: -3, run: setManyIfAbsent },
  INCR: { arity: 2, run: (db, args) => increment(db, argument(args, 0), 1n) },
  DECR: { arity: 2, run: (db, args) => increment(db, argument(args, 0), -1n) },
  INCRBY: { arity: 3, run: (db, args) => increment(db, argument(args, 0), parseInt64(args[1])) },
  DECRBY: { arity: 3, run: (db, args) => increment(db, argument(args, 0), -parseInt64(args[1])) },
  INCRBYFLOAT: { arity: 3, run: incrementByFloat },
}

const UNIT_MS: Record<string, number> = { EX: 1000, PX: 1, EXAT: 1000, PXAT: 1 }

/** The moment that `EX 10` and its like mean. @throws as the command `name` does for one that is not after 0. */
function expiryOf(db: Keyspace, option: string, value: Bytes | undefined, name: string): number {
  const amount = parseInteger(value)
  if (amount <= 0) throw new CommandError(`ERR invalid expire time in '${name}' command`)
  const ms = amount * (UNIT_MS[option] ?? 1)
  return option.endsWith('AT') ? ms : db.now() + ms
}

function set(db: Keyspace, args: Args): Reply {
  const [key, value] = [argument(args, 0), argument(args, 1)]
  let expiresAtMs: number | null = null
  let ttl: 'none' | 'set' | 'keep' = 'none'
  let condition: 'NX' | 'XX' | null = null
  let returnsOld = false
  for (let i = 2; i < args.length; i += 1) {
    const option = argument(args, i).toUpperCase()
    if (option === 'NX' || option === 'XX') {
      if (condition !== null && condition !== option) throw syntaxError()
      condition = option
    } else if (option === 'GET') {
      returnsOld = true
    } else if (option === 'KEEPTTL' && ttl === 'none') {
      ttl = 'keep'
    } else if (option in UNIT_MS && ttl === 'none' && i + 1 < args.length) {
      i += 1
      expiresAtMs = expiryOf(db, option, args[i], 'set')
      ttl = 'set'
    } else throw syntaxError()
  }
  const old = returnsOld ? db.read('string', key) : null
  const exists = db.has(key)
  if ((condition === 'NX' && exists) || (condition === 'XX' && !exists)) return old
  db.writeString(key, value, ttl === 'keep')
  if (expiresAtMs !== null) db.setExpiry(key, expiresAtMs)
  return returnsOld ? old : OK
}

function setIfAbsent(db: Keyspace, key: Bytes, value: Bytes): boolean {
  if (db.has(key)) return false
  db.writeString(key, value, false)
  return true
}

function setFor(db: Keyspace, args: Args, unitMs: number, name: string): Reply {
  const expiresAtMs = expiryOf(db, unitMs === 1 ? 'PX' : 'EX', args[1], name)
  db.writeString(argument(args, 0), argument(args, 2), false)
  db.setExpiry(argument(args, 0), expiresAtMs)
  return OK
}

function getAndDelete(db: Keyspace, args: Args): Reply {
  const value = db.read('string', argument(args, 0))
  db.delete(argument(args, 0))
  return value
}

function getAndExpire(db: Keyspace, args: Args): Reply {
  const key = argument(args, 0)
  const option = args[1]?.toUpperCase()
  const takesValue = option !== undefined && option in UNIT_MS
  if (option !== undefined && args.length !== (takesValue ? 3 : 2)) throw syntaxError()
  if (option !== undefined && !takesValue && option !== 'PERSIST') throw syntaxError()
  const expiresAtMs = takesValue ? expiryOf(db, option, args[2], 'getex') : null
  const value = db.read('string', key)
  if (value !== null && option !== undefined) db.setExpiry(key, expiresAtMs)
  return value
}

function getRange(db: Keyspace, args: Args): Reply {
  const value = db.read('string', argument(args, 0)) ?? ''
  const [start, end] = [parseInteger(args[1]), parseInteger(args[2])]
  const from = start < 0 ? Math.max(0, value.length + start) : start
  const to = end < 0 ? value.length + end : end
  return value.slice(from, Math.max(from, to + 1))
}

function append(db: Keyspace, args: Args): Reply {
  const value = (db.read('string', argument(args, 0)) ?? '') + argument(args, 1)
  db.writeString(argument(args, 0), value, true)
  return value.length
}

function setMany(db: Keyspace, args: Args): Reply {
  if (args.length % 2 !== 0) throw wrongArity('mset')
  for (let i = 0; i < args.length; i += 2) db.writeString(argument(args, i), argument(args, i + 1), false)
  return OK
}

/** All of them, or none where one exists. */
function setManyIfAbsent(db: Keyspace, args: Args): Reply {
  if (args.length % 2 !== 0) throw wrongArity('msetnx')
  if (args.some((key, index) => index % 2 === 0 && db.has(key))) return 0
  setMany(db, args)
  return 1
}

function setRange(db: Keyspace, args: Args): Reply {
  const [key, patch] = [argument(args, 0), argument(args, 2)]
  const offset = parseInteger(args[1])
  if (offset < 0) throw new CommandError('ERR offset is out of range')
  const before = db.read('string', key) ?? ''
  if (patch === '') return before.length
  if (offset + patch.length > MAX_STRING_BYTES) {
    throw new CommandError('ERR string exceeds maximum allowed size (proto-max-bulk-len)')
  }
  const after = before.padEnd(offset, '\0').slice(0, offset) + patch + before.slice(offset + patch.length)
  db.writeString(key, after, true)
  return after.length
}

function increment(db: Keyspace, key: Bytes, by: bigint): Reply {
  const sum = addInt64(parseInt64(db.read('string', key) ?? '0'), by)
  db.writeString(key, String(sum), true)
  return Number(sum)
}

function incrementByFloat(db: Keyspace, args: Args): Reply {
  const sum = parseDouble(db.read('string', argument(args, 0)) ?? '0') + parseDouble(args[1])
  if (!Number.isFinite(sum)) throw new CommandError('ERR increment would produce NaN or Infinity')
  const text = formatDouble(sum)
  db.writeString(argument(args, 0), text, true)
  return text
}
