import { CommandError, OK } from '../../reply.ts'
import { argument, type CommandTable, globMatcher } from '../command.ts'

/** Settings that `CONFIG GET` knows. The policy is that of a fresh Redis: nothing is evicted. */
const CONFIG: Readonly<Record<string, string>> = { maxmemory: '0', 'maxmemory-policy': 'noeviction' }

/** Commands about the server and the database as a whole. */
export const serverCommands: CommandTable = {
  PING: { arity: -1, run: (_, args) => args[0] ?? { status: 'PONG' } },
  ECHO: { arity: 2, run: (_, args) => argument(args, 0) },
  /** Nobody can listen: subscribing needs a connection of its own, which REST has not. */
  PUBLISH: { arity: 3, run: () => 0 },
  DBSIZE: { arity: 1, run: (db) => db.keys().length },
  FLUSHALL: {
    arity: -1,
    run: (db) => {
      db.clear()
      return OK
    },
  },
  FLUSHDB: {
    arity: -1,
    run: (db) => {
      db.clear()
      return OK
    },
  },
  TIME: {
    arity: 1,
    run: (db) => {
      const now = db.now()
      return [String(Math.floor(now / 1000)), String((now % 1000) * 1000)]
    },
  },
  INFO: {
    arity: -1,
    run: (db) =>
      `# Server\r\nredis_version:7.4.0\r\nredis_mode:standalone\r\n# Keyspace\r\ndb0:keys=${db.keys().length}\r\n`,
  },
  CONFIG: {
    arity: -2,
    run: (_, args) => {
      const subcommand = argument(args, 0)
      if (subcommand.toUpperCase() !== 'GET') {
        throw new CommandError(`ERR unknown subcommand '${subcommand}'. Try CONFIG HELP.`)
      }
      const matchers = args.slice(1).map((pattern) => globMatcher(pattern.toLowerCase()))
      return Object.entries(CONFIG)
        .filter(([name]) => matchers.some((matches) => matches(name)))
        .flat()
    },
  },
}
