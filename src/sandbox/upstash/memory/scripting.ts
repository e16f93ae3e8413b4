import type { Command } from '../engine.ts'
import { type Bytes, CommandError, OK, type Reply } from '../reply.ts'
import { argument, type CommandTable, parseInteger } from './command.ts'
import type { Keyspace } from './keyspace.ts'
import { createLuaRuntime, sha1 } from './lua-runtime.ts'

/** The script cache and the commands that use it. */
export interface Scripting {
  readonly commands: CommandTable
  flush(): void
  close(): void
}

/** Commands that exist, but not inside of a script. */
const NOT_IN_SCRIPTS = new Set([
  'EVAL',
  'EVALSHA',
  'EVAL_RO',
  'EVALSHA_RO',
  'SCRIPT',
  'MULTI',
  'EXEC',
  'SUBSCRIBE',
  'WATCH',
])

const NO_SCRIPT = 'NOSCRIPT No matching script. Please use EVAL.'

/** Scripts that see `db` through `commands`. */
export async function createScripting(db: Keyspace, commands: CommandTable): Promise<Scripting> {
  const lua = await createLuaRuntime((command) => callFromScript(db, commands, command))
  const known = new Set<string>()

  const load = (code: Bytes): string => {
    const sha = sha1(code)
    if (known.has(sha)) return sha
    const compiled = lua.compile(sha, code)
    if (compiled instanceof CommandError) throw compiled
    known.add(sha)
    return sha
  }
  const flush = () => {
    known.clear()
    lua.forget()
  }
  const run = (sha: string, args: readonly Bytes[]): Reply => {
    const [keys, rest] = splitKeys(args)
    return lua.run(sha, keys, rest)
  }
  const evaluate = (args: readonly Bytes[]): Reply => {
    splitKeys(args)
    return run(load(argument(args, 0)), args)
  }
  const evaluateBySha = (args: readonly Bytes[]): Reply => {
    splitKeys(args)
    const sha = argument(args, 0).toLowerCase()
    if (!known.has(sha)) throw new CommandError(NO_SCRIPT)
    return run(sha, args)
  }
  const script = (args: readonly Bytes[]): Reply => {
    const subcommand = argument(args, 0).toUpperCase()
    if (subcommand === 'LOAD' && args.length === 2) return load(argument(args, 1))
    if (subcommand === 'EXISTS' && args.length > 1) {
      return args.slice(1).map((sha) => (known.has(sha.toLowerCase()) ? 1 : 0))
    }
    if (subcommand === 'FLUSH') {
      flush()
      return OK
    }
    throw new CommandError(`ERR unknown subcommand '${argument(args, 0)}'. Try SCRIPT HELP.`)
  }
  return {
    commands: {
      EVAL: { arity: -3, run: (_, args) => evaluate(args) },
      EVAL_RO: { arity: -3, run: (_, args) => evaluate(args) },
      EVALSHA: { arity: -3, run: (_, args) => evaluateBySha(args) },
      EVALSHA_RO: { arity: -3, run: (_, args) => evaluateBySha(args) },
      SCRIPT: { arity: -2, run: (_, args) => script(args) },
    },
    flush,
    close: () => lua.close(),
  }
}

/** `numkeys` follows the script; then come that many keys, then the arguments. */
function splitKeys(args: readonly Bytes[]): [Bytes[], Bytes[]] {
  const count = parseInteger(args[1])
  if (count < 0) throw new CommandError("ERR Number of keys can't be negative")
  if (count > args.length - 2)
    throw new CommandError("ERR Number of keys can't be greater than number of args")
  return [args.slice(2, 2 + count), args.slice(2 + count)]
}

/** A command from inside a script: its refusals have words of their own in Redis. */
function callFromScript(db: Keyspace, commands: CommandTable, [name = '', ...args]: Bytes[]): Reply {
  const command: Command = [name, ...args]
  const upper = name.toUpperCase()
  const spec = Object.hasOwn(commands, upper) ? commands[upper] : undefined
  if (NOT_IN_SCRIPTS.has(upper)) return new CommandError('ERR This Redis command is not allowed from script')
  if (spec === undefined) return new CommandError('ERR Unknown Redis command called from script')
  if (spec.arity < 0 ? command.length < -spec.arity : command.length !== spec.arity) {
    return new CommandError('ERR Wrong number of args calling Redis command from script')
  }
  try {
    return spec.run(db, args)
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
}
