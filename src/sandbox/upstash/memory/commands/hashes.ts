import { CommandError, OK, type Reply } from '../../reply.ts'
import { addInt64, argument, type CommandTable, parseInt64, wrongArity } from '../command.ts'
import type { Keyspace } from '../keyspace.ts'

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
  HINCRBY: { arity: 4, run: incrementField },
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
