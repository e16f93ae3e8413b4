import { CommandError, OK, type Reply } from '../../reply.ts'
import { argument, type CommandTable, parseInteger, syntaxError } from '../command.ts'
import type { Keyspace } from '../keyspace.ts'

type Args = readonly string[]

/** Commands on lists. */
export const listCommands: CommandTable = {
  LPUSH: {
    arity: -3,
    run: (db, args) => db.open('list', argument(args, 0)).unshift(...args.slice(1).reverse()),
  },
  RPUSH: { arity: -3, run: (db, args) => db.open('list', argument(args, 0)).push(...args.slice(1)) },
  LPUSHX: {
    arity: -3,
    run: (db, args) => db.read('list', argument(args, 0))?.unshift(...args.slice(1).reverse()) ?? 0,
  },
  RPUSHX: {
    arity: -3,
    run: (db, args) => db.read('list', argument(args, 0))?.push(...args.slice(1)) ?? 0,
  },
  LSET: { arity: 4, run: setItem },
  LINSERT: { arity: 5, run: insert },
  LPOS: { arity: -3, run: position },
  LMOVE: { arity: 5, run: moveItem },
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

function setItem(db: Keyspace, args: Args): Reply {
  const list = db.read('list', argument(args, 0))
  if (list === null) throw new CommandError('ERR no such key')
  const index = parseInteger(args[1])
  const at = index < 0 ? list.length + index : index
  if (at < 0 || at >= list.length) throw new CommandError('ERR index out of range')
  list[at] = argument(args, 2)
  return OK
}

function insert(db: Keyspace, args: Args): Reply {
  const where = argument(args, 1).toUpperCase()
  if (where !== 'BEFORE' && where !== 'AFTER') throw syntaxError()
  const list = db.read('list', argument(args, 0))
  if (list === null) return 0
  const index = list.indexOf(argument(args, 2))
  if (index === -1) return -1
  list.splice(where === 'BEFORE' ? index : index + 1, 0, argument(args, 3))
  return list.length
}

/** Where an item is: `LPOS key item [RANK n] [COUNT n] [MAXLEN n]`. */
function position(db: Keyspace, args: Args): Reply {
  const options: Record<string, number> = { RANK: 1, MAXLEN: 0 }
  for (let i = 2; i < args.length; i += 2) {
    const name = argument(args, i).toUpperCase()
    if (!['RANK', 'COUNT', 'MAXLEN'].includes(name)) throw syntaxError()
    options[name] = parseInteger(argument(args, i + 1))
    if (name !== 'RANK' && options[name] < 0) throw new CommandError(`ERR ${name} can't be negative`)
  }
  const { RANK: rank = 1, COUNT: count, MAXLEN: longest = 0 } = options
  if (rank === 0) {
    throw new CommandError(
      "ERR RANK can't be zero: use 1 to start from the first match, 2 from the second ... " +
        'or use negative to start from the end of the list',
    )
  }
  const list = db.read('list', argument(args, 0)) ?? []
  const order = [...list.keys()]
  if (rank < 0) order.reverse()
  const looked = longest === 0 ? order : order.slice(0, longest)
  const found = looked.filter((index) => list[index] === args[1]).slice(Math.abs(rank) - 1)
  if (count === undefined) return found[0] ?? null
  return count === 0 ? found : found.slice(0, count)
}

function moveItem(db: Keyspace, args: Args): Reply {
  const [from, to] = [argument(args, 0), argument(args, 1)]
  const [taking, giving] = [argument(args, 2).toUpperCase(), argument(args, 3).toUpperCase()]
  if (![taking, giving].every((side) => side === 'LEFT' || side === 'RIGHT')) throw syntaxError()
  const source = db.read('list', from)
  if (source === null) return null
  db.read('list', to)
  const item = taking === 'LEFT' ? source.shift() : source.pop()
  if (item === undefined) return null
  const target = db.open('list', to)
  if (giving === 'LEFT') target.unshift(item)
  else target.push(item)
  db.dropIfEmpty(from)
  return item
}
