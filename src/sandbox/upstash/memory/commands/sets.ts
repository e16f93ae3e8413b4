import type { Reply } from '../../reply.ts'
import { argument, type CommandTable } from '../command.ts'
import type { Keyspace } from '../keyspace.ts'

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
