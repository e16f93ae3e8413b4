import type { Command } from '../engine.ts'
import { CommandError, type Reply } from '../reply.ts'
import { type CommandSpec, type CommandTable, wrongArity } from './command.ts'
import { bitCommands } from './commands/bits.ts'
import { hashCommands } from './commands/hashes.ts'
import { keyCommands } from './commands/keys.ts'
import { listCommands } from './commands/lists.ts'
import { serverCommands } from './commands/server.ts'
import { setCommands } from './commands/sets.ts'
import { sortedSetCommands } from './commands/sorted-sets.ts'
import { stringCommands } from './commands/strings.ts'
import type { Keyspace } from './keyspace.ts'

/** Every command of the in-process engine but those that run scripts. */
export const dataCommands: CommandTable = {
  ...keyCommands,
  ...stringCommands,
  ...bitCommands,
  ...hashCommands,
  ...setCommands,
  ...sortedSetCommands,
  ...listCommands,
  ...serverCommands,
}

/** Finds the command and checks its number of arguments. @throws Redis's errors for both. */
export function resolveCommand(table: CommandTable, [name, ...args]: Command): CommandSpec {
  const upper = name.toUpperCase()
  const spec = Object.hasOwn(table, upper) ? table[upper] : undefined
  if (spec === undefined) {
    const shown = args.map((arg) => `'${arg}' `).join('')
    throw new CommandError(`ERR unknown command '${name}', with args beginning with: ${shown}`)
  }
  const count = args.length + 1
  if (spec.arity < 0 ? count < -spec.arity : count !== spec.arity) throw wrongArity(name)
  return spec
}

/** Runs one command to its end. A refusal is the reply, not an exception. */
export function dispatch(table: CommandTable, db: Keyspace, command: Command): Reply {
  try {
    return resolveCommand(table, command).run(db, command.slice(1))
  } catch (error) {
    if (error instanceof CommandError) return error
    throw error
  }
}
