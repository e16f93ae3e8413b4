import { type Bytes, CommandError, type Reply } from '../../reply.ts'
import {
  argument,
  type CommandTable,
  formatDouble,
  parseDouble,
  parseInteger,
  syntaxError,
} from '../command.ts'
import type { Keyspace, SortedSetValue } from '../keyspace.ts'
import { scanMatcher } from '../scan.ts'

type Args = readonly string[]
type Scored = [member: Bytes, score: number]

/** Commands on sorted sets. */
export const sortedSetCommands: CommandTable = {
  ZADD: { arity: -4, run: add },
  ZINCRBY: {
    arity: 4,
    run: (db, args) => add(db, [argument(args, 0), 'INCR', argument(args, 1), argument(args, 2)]),
  },
  ZREM: { arity: -3, run: removeMembers },
  ZSCORE: { arity: 3, run: score },
  ZCARD: { arity: 2, run: (db, args) => db.read('zset', argument(args, 0))?.size ?? 0 },
  ZCOUNT: { arity: 4, run: (db, args) => byScore(db, args).length },
  ZRANK: { arity: 3, run: rank },
  ZREVRANK: { arity: 3, run: reverseRank },
  ZMSCORE: { arity: -3, run: scores },
  ZPOPMIN: { arity: -2, run: (db, args) => pop(db, args, 'lowest') },
  ZPOPMAX: { arity: -2, run: (db, args) => pop(db, args, 'highest') },
  ZREMRANGEBYRANK: { arity: 4, run: removeByRank },
  ZSCAN: { arity: -3, run: scan },
  ZRANGE: { arity: -4, run: range },
  ZREVRANGE: { arity: -4, run: (db, args) => range(db, [...args, 'REV']) },
  ZRANGEBYSCORE: { arity: -4, run: (db, args) => range(db, [...args, 'BYSCORE']) },
  ZREVRANGEBYSCORE: { arity: -4, run: (db, args) => range(db, [...args, 'BYSCORE', 'REV']) },
  ZREMRANGEBYSCORE: { arity: 4, run: removeByScore },
}

/** By score, then by the bytes of the member: Redis's order. */
function sorted(set: SortedSetValue | null): Scored[] {
  return [...(set ?? [])].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x - y))
}

interface AddFlags {
  nx: boolean
  xx: boolean
  gt: boolean
  lt: boolean
  ch: boolean
  incr: boolean
}

function readAddFlags(args: Args): { flags: AddFlags; from: number } {
  const flags: AddFlags = { nx: false, xx: false, gt: false, lt: false, ch: false, incr: false }
  let from = 1
  for (; from < args.length; from += 1) {
    const name = argument(args, from).toLowerCase()
    if (!(name in flags)) break
    flags[name as keyof AddFlags] = true
  }
  if (flags.nx && flags.xx)
    throw new CommandError('ERR XX and NX options at the same time are not compatible')
  if ((flags.gt && flags.nx) || (flags.lt && flags.nx) || (flags.gt && flags.lt)) {
    throw new CommandError('ERR GT, LT, and/or NX options at the same time are not compatible')
  }
  return { flags, from }
}

function add(db: Keyspace, args: Args): Reply {
  const { flags, from } = readAddFlags(args)
  const rest = args.slice(from)
  if (rest.length === 0 || rest.length % 2 !== 0) throw syntaxError()
  if (flags.incr && rest.length > 2) {
    throw new CommandError('ERR INCR option supports a single increment-element pair')
  }
  const pairs: Scored[] = []
  for (let i = 0; i < rest.length; i += 2) pairs.push([argument(rest, i + 1), parseDouble(rest[i])])
  const set = db.open('zset', argument(args, 0))
  let [added, changed] = [0, 0]
  let last: number | null = null
  for (const [member, given] of pairs) {
    const current = set.get(member)
    const next = flags.incr ? (current ?? 0) + given : given
    if (Number.isNaN(next)) throw new CommandError('ERR resulting score is not a number (NaN)')
    if (current === undefined ? flags.xx : flags.nx) continue
    if (current !== undefined && ((flags.gt && next <= current) || (flags.lt && next >= current))) continue
    set.set(member, next)
    last = next
    if (current === undefined) added += 1
    else if (current !== next) changed += 1
  }
  db.dropIfEmpty(argument(args, 0))
  if (flags.incr) return last === null ? null : formatDouble(last)
  return flags.ch ? added + changed : added
}

function removeMembers(db: Keyspace, args: Args): Reply {
  const set = db.read('zset', argument(args, 0))
  const removed = args.slice(1).filter((member) => set?.delete(member)).length
  db.dropIfEmpty(argument(args, 0))
  return removed
}

function score(db: Keyspace, args: Args): Reply {
  const value = db.read('zset', argument(args, 0))?.get(argument(args, 1))
  return value === undefined ? null : formatDouble(value)
}

function rank(db: Keyspace, args: Args): Reply {
  const index = sorted(db.read('zset', argument(args, 0))).findIndex(([member]) => member === args[1])
  return index === -1 ? null : index
}

function reverseRank(db: Keyspace, args: Args): Reply {
  const index = sorted(db.read('zset', argument(args, 0)))
    .reverse()
    .findIndex(([member]) => member === args[1])
  return index === -1 ? null : index
}

function scores(db: Keyspace, args: Args): Reply {
  const set = db.read('zset', argument(args, 0))
  return args.slice(1).map((member) => {
    const value = set?.get(member)
    return value === undefined ? null : formatDouble(value)
  })
}

function pop(db: Keyspace, args: Args, end: 'lowest' | 'highest'): Reply {
  if (args.length > 2) throw syntaxError()
  const count = args[1] === undefined ? 1 : parseInteger(args[1])
  if (count < 0) throw new CommandError('ERR value is out of range, must be positive')
  const found = sorted(db.read('zset', argument(args, 0)))
  if (end === 'highest') found.reverse()
  return remove(db, argument(args, 0), found.slice(0, count)).flatMap(([member, value]) => [
    member,
    formatDouble(value),
  ])
}

function removeByRank(db: Keyspace, args: Args): Reply {
  const found = sorted(db.read('zset', argument(args, 0)))
  return remove(db, argument(args, 0), slice(found, argument(args, 1), argument(args, 2))).length
}

function remove(db: Keyspace, key: Bytes, doomed: Scored[]): Scored[] {
  const set = db.read('zset', key)
  for (const [member] of doomed) set?.delete(member)
  db.dropIfEmpty(key)
  return doomed
}

function scan(db: Keyspace, args: Args): Reply {
  const matches = scanMatcher(args.slice(1))
  const found = sorted(db.read('zset', argument(args, 0))).filter(([member]) => matches(member))
  return ['0', found.flatMap(([member, value]) => [member, formatDouble(value)])]
}

function removeByScore(db: Keyspace, args: Args): Reply {
  return remove(db, argument(args, 0), byScore(db, args)).length
}

/** Those between the scores `args[1]` and `args[2]`, where `(` excludes the bound itself. */
function byScore(db: Keyspace, args: Args): Scored[] {
  const above = bound(args[1])
  const below = bound(args[2])
  return sorted(db.read('zset', argument(args, 0))).filter(
    ([, value]) =>
      (above.open ? value > above.score : value >= above.score) &&
      (below.open ? value < below.score : value <= below.score),
  )
}

function bound(text: Bytes | undefined): { score: number; open: boolean } {
  const open = text?.startsWith('(') ?? false
  return { open, score: parseDouble(open ? text?.slice(1) : text, 'ERR min or max is not a float') }
}

function range(db: Keyspace, args: Args): Reply {
  const [key, start, stop] = [argument(args, 0), argument(args, 1), argument(args, 2)]
  const options = { byScore: false, reverse: false, withScores: false, offset: 0, count: -1, limited: false }
  for (let i = 3; i < args.length; i += 1) {
    const option = argument(args, i).toUpperCase()
    if (option === 'BYSCORE') options.byScore = true
    else if (option === 'REV') options.reverse = true
    else if (option === 'WITHSCORES') options.withScores = true
    else if (option === 'LIMIT') {
      options.offset = parseInteger(args[i + 1])
      options.count = parseInteger(args[i + 2])
      options.limited = true
      i += 2
    } else throw syntaxError()
  }
  if (options.limited && !options.byScore) {
    throw new CommandError(
      'ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX',
    )
  }
  const found = options.byScore
    ? byScore(db, options.reverse ? [key, stop, start] : [key, start, stop])
    : sorted(db.read('zset', key))
  if (options.reverse) found.reverse()
  const page = options.byScore ? limit(found, options.offset, options.count) : slice(found, start, stop)
  return page.flatMap(([member, value]) => (options.withScores ? [member, formatDouble(value)] : [member]))
}

function limit(found: Scored[], offset: number, count: number): Scored[] {
  if (offset < 0) return []
  return count < 0 ? found.slice(offset) : found.slice(offset, offset + count)
}

function slice(found: Scored[], start: Bytes, stop: Bytes): Scored[] {
  const [first, last] = [parseInteger(start), parseInteger(stop)]
  const from = first < 0 ? Math.max(0, found.length + first) : first
  const to = last < 0 ? found.length + last : last
  return found.slice(from, Math.max(from, to + 1))
}
