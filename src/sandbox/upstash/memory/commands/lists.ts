import type { Reply } from '../../reply.ts'
import { argument, type CommandTable, parseInteger } from '../command.ts'
import type { Keyspace } from '../keyspace.ts'

type Args = readonly string[]

/** Commands on lists: the basic ones. */
export const listCommands: CommandTable = {
  LPUSH: {
    arity: -3,
    run: (db, args) => db.open('list', argument(args, 0)).unshift(...args.slice(1).reverse()),
  },
  RPUSH: { arity: -3, run: (db, args) => db.open('list', argument(args, 0)).push(...args.slice(1)) },
  LPOP: { arity: -2, run: (db, args) => pop(db, args, 'head') },
  RPOP: { arity: -2, run: (db, args) => pop(db, args, 'tail') },
  LLEN: { arity: 2, run: (db, args) => db.read('list', argument(args, 0))?.length ?? 0 },
  LINDEX: {
    arity: 3,
    run: (db, args) => db.read('list', argument(args, 0))?.at(parseInteger(args[1])) ?? null,
  },
  LRANGE: { arity: 4, run: (db, args) => range(db.read('list', argument(args, 0)) ?? [], args) },
  LTRIM: { arity: 4, run: trim },
  LREM: { arity: 4, run: removeItems },
}

function range(list: readonly string[], args: Args): string[] {
  const [start, stop] = [parseInteger(args[1]), parseInteger(args[2])]
  const from = start < 0 ? Math.max(0, list.length + start) : start
  const to = stop < 0 ? list.length + stop : stop
  return list.slice(from, Math.max(from, to + 1))
}

function pop(db: Keyspace, args: Args, end: 'head' | 'tail'): Reply {
  const list = db.read('list', argument(args, 0))
  const count = args[1] === undefined ? null : parseInteger(args[1])
  if (list === null) return null
  const from = end === 'head' ? 0 : Math.max(0, list.length - (count ?? 1))
  const taken = list.splice(from, count ?? 1)
  if (end === 'tail') taken.reverse()
  db.dropIfEmpty(argument(args, 0))
  return count === null ? (taken[0] ?? null) : taken
}

function trim(db: Keyspace, args: Args): Reply {
  const list = db.read('list', argument(args, 0))
  const kept = range(list ?? [], args)
  list?.splice(0, list.length, ...kept)
  db.dropIfEmpty(argument(args, 0))
  return { status: 'OK' }
}

function removeItems(db: Keyspace, args: Args): Reply {
  const list = db.read('list', argument(args, 0))
  const count = parseInteger(args[1])
  if (list === null) return 0
  const positions = list.flatMap((item, index) => (item === args[2] ? [index] : []))
  const ordered = count < 0 ? positions.reverse() : positions
  const doomed = new Set(count === 0 ? ordered : ordered.slice(0, Math.abs(count)))
  const kept = list.filter((_, index) => !doomed.has(index))
  list.splice(0, list.length, ...kept)
  db.dropIfEmpty(argument(args, 0))
  return doomed.size
}
