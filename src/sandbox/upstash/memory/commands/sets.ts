import { CommandError, type Reply } from '../../reply.ts'
import { draw, pick, sample } from '../chance.ts'
import { argument, type CommandTable, parseInteger, syntaxError } from '../command.ts'
import type { Keyspace } from '../keyspace.ts'
import { scanMatcher } from '../scan.ts'

type Args = readonly string[]

/** Commands on sets. */
export const setCommands: CommandTable = {
  SADD: { arity: -3, run: addMembers },
  SREM: { arity: -3, run: removeMembers },
  SISMEMBER: {
    arity: 3,
    run: (db, args) => (db.read('set', argument(args, 0))?.has(argument(args, 1)) ? 1 : 0),
  },
  SMISMEMBER: { arity: -3, run: areMembers },
  SMEMBERS: { arity: 2, run: (db, args) => [...(db.read('set', argument(args, 0)) ?? [])] },
  SPOP: { arity: -2, run: popMembers },
  SRANDMEMBER: { arity: -2, run: randomMembers },
  SMOVE: { arity: 4, run: move },
  SSCAN: { arity: -3, run: scanMembers },
  SUNION: { arity: -2, run: (db, keys) => [...combine(db, keys, 'union')] },
  SINTER: { arity: -2, run: (db, keys) => [...combine(db, keys, 'inter')] },
  SDIFF: { arity: -2, run: (db, keys) => [...combine(db, keys, 'diff')] },
  SUNIONSTORE: { arity: -3, run: (db, args) => store(db, args, 'union') },
  SINTERSTORE: { arity: -3, run: (db, args) => store(db, args, 'inter') },
  SDIFFSTORE: { arity: -3, run: (db, args) => store(db, args, 'diff') },
  SCARD: { arity: 2, run: (db, args) => db.read('set', argument(args, 0))?.size ?? 0 },
}

function addMembers(db: Keyspace, args: Args): Reply {
  const set = db.open('set', argument(args, 0))
  const before = set.size
  for (const member of args.slice(1)) set.add(member)
  return set.size - before
}

function removeMembers(db: Keyspace, args: Args): Reply {
  const set = db.read('set', argument(args, 0))
  const removed = args.slice(1).filter((member) => set?.delete(member)).length
  db.dropIfEmpty(argument(args, 0))
  return removed
}

function areMembers(db: Keyspace, args: Args): Reply {
  const set = db.read('set', argument(args, 0))
  return args.slice(1).map((member) => (set?.has(member) ? 1 : 0))
}

function popMembers(db: Keyspace, args: Args): Reply {
  const set = db.read('set', argument(args, 0))
  if (args.length > 2) throw syntaxError()
  const count = args[1] === undefined ? null : parseInteger(args[1])
  if (count !== null && count < 0) throw new CommandError('ERR value is out of range, must be positive')
  const taken = sample([...(set ?? [])], count ?? 1)
  for (const member of taken) set?.delete(member)
  db.dropIfEmpty(argument(args, 0))
  return count === null ? (taken[0] ?? null) : taken
}

function randomMembers(db: Keyspace, args: Args): Reply {
  const members = [...(db.read('set', argument(args, 0)) ?? [])]
  if (args.length > 2) throw syntaxError()
  if (args[1] === undefined) return pick(members)
  const count = parseInteger(args[1])
  return count < 0 ? draw(members, -count) : sample(members, count)
}

function move(db: Keyspace, args: Args): Reply {
  const [from, to, member] = [argument(args, 0), argument(args, 1), argument(args, 2)]
  const source = db.read('set', from)
  db.read('set', to)
  if (!source?.has(member)) return 0
  source.delete(member)
  db.open('set', to).add(member)
  db.dropIfEmpty(from)
  return 1
}

function scanMembers(db: Keyspace, args: Args): Reply {
  const matches = scanMatcher(args.slice(1))
  return ['0', [...(db.read('set', argument(args, 0)) ?? [])].filter(matches)]
}

function combine(db: Keyspace, keys: Args, how: 'union' | 'inter' | 'diff'): Set<string> {
  const [first = new Set<string>(), ...rest] = keys.map((key) => db.read('set', key) ?? new Set<string>())
  if (how === 'union') return new Set([first, ...rest].flatMap((set) => [...set]))
  const isKept = (member: string) =>
    how === 'inter' ? rest.every((set) => set.has(member)) : !rest.some((set) => set.has(member))
  return new Set([...first].filter(isKept))
}

function store(db: Keyspace, args: Args, how: 'union' | 'inter' | 'diff'): Reply {
  const result = combine(db, args.slice(1), how)
  db.replace('set', argument(args, 0), result)
  return result.size
}
