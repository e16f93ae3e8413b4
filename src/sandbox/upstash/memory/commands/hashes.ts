import { CommandError, OK, type Reply } from '../../reply.ts'
import { draw, pick, sample } from '../chance.ts'
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
import { scanMatcher } from '../scan.ts'

type Args = readonly string[]

/** Commands on hashes. */
export const hashCommands: CommandTable = {
  HSET: { arity: -4, run: (db, args) => setFields(db, args, 'hset') },
  HMSET: {
    arity: -4,
    run: (db, args) => {
      setFields(db, args, 'hmset')
      return OK
    },
  },
  HSETNX: { arity: 4, run: setFieldIfAbsent },
  HGET: { arity: 3, run: (db, args) => db.read('hash', argument(args, 0))?.get(argument(args, 1)) ?? null },
  HMGET: { arity: -3, run: getFields },
  HGETALL: { arity: 2, run: (db, args) => [...(db.read('hash', argument(args, 0)) ?? [])].flat() },
  HKEYS: { arity: 2, run: (db, args) => [...(db.read('hash', argument(args, 0))?.keys() ?? [])] },
  HVALS: { arity: 2, run: (db, args) => [...(db.read('hash', argument(args, 0))?.values() ?? [])] },
  HDEL: { arity: -3, run: deleteFields },
  HEXISTS: {
    arity: 3,
    run: (db, args) => (db.read('hash', argument(args, 0))?.has(argument(args, 1)) ? 1 : 0),
  },
  HLEN: { arity: 2, run: (db, args) => db.read('hash', argument(args, 0))?.size ?? 0 },
  HSTRLEN: {
    arity: 3,
    run: (db, args) => db.read('hash', argument(args, 0))?.get(argument(args, 1))?.length ?? 0,
  },
  HINCRBY: { arity: 4, run: incrementField },
  HINCRBYFLOAT: { arity: 4, run: incrementFieldByFloat },
  HSCAN: { arity: -3, run: scanFields },
  HRANDFIELD: { arity: -2, run: randomFields },
}

function setFields(db: Keyspace, args: Args, name: string): Reply {
  if (args.length % 2 !== 1) throw wrongArity(name)
  const hash = db.open('hash', argument(args, 0))
  const before = hash.size
  for (let i = 1; i < args.length; i += 2) hash.set(argument(args, i), argument(args, i + 1))
  return hash.size - before
}

function setFieldIfAbsent(db: Keyspace, args: Args): Reply {
  const hash = db.open('hash', argument(args, 0))
  if (hash.has(argument(args, 1))) return 0
  hash.set(argument(args, 1), argument(args, 2))
  return 1
}

function getFields(db: Keyspace, args: Args): Reply {
  const hash = db.read('hash', argument(args, 0))
  return args.slice(1).map((field) => hash?.get(field) ?? null)
}

function deleteFields(db: Keyspace, args: Args): Reply {
  const hash = db.read('hash', argument(args, 0))
  const removed = args.slice(1).filter((field) => hash?.delete(field)).length
  db.dropIfEmpty(argument(args, 0))
  return removed
}

function incrementField(db: Keyspace, args: Args): Reply {
  const [key, field] = [argument(args, 0), argument(args, 1)]
  const by = parseInt64(args[2])
  const current = db.read('hash', key)?.get(field) ?? '0'
  if (!/^(0|-?[1-9]\d{0,18})$/.test(current)) throw new CommandError('ERR hash value is not an integer')
  const sum = addInt64(parseInt64(current), by)
  db.open('hash', key).set(field, String(sum))
  return Number(sum)
}

function incrementFieldByFloat(db: Keyspace, args: Args): Reply {
  const [key, field] = [argument(args, 0), argument(args, 1)]
  const by = parseDouble(args[2])
  const current = db.read('hash', key)?.get(field) ?? '0'
  const sum = parseDouble(current, 'ERR hash value is not a float') + by
  if (!Number.isFinite(sum)) throw new CommandError('ERR increment would produce NaN or Infinity')
  const text = formatDouble(sum)
  db.open('hash', key).set(field, text)
  return text
}

function scanFields(db: Keyspace, args: Args): Reply {
  const matches = scanMatcher(args.slice(1))
  const fields = [...(db.read('hash', argument(args, 0)) ?? [])].filter(([field]) => matches(field))
  return ['0', fields.flat()]
}

function randomFields(db: Keyspace, args: Args): Reply {
  const hash = db.read('hash', argument(args, 0))
  const entries = [...(hash ?? [])]
  if (args[1] === undefined) return pick(entries)?.[0] ?? null
  const withValues = args[2]?.toUpperCase() === 'WITHVALUES'
  if (args.length > 3 || (args[2] !== undefined && !withValues)) throw syntaxError()
  const count = parseInteger(args[1])
  const chosen = count < 0 ? draw(entries, -count) : sample(entries, count)
  return chosen.flatMap(([field, value]) => (withValues ? [field, value] : [field]))
}
