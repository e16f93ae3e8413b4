import type { Command, Engine } from '../engine.ts'
import { CommandError, type Reply } from '../reply.ts'
import { dataCommands, dispatch, resolveCommand } from './dispatch.ts'
import { Keyspace } from './keyspace.ts'
import { createScripting } from './scripting.ts'

/**
 * Redis in this process: each command runs to its end before the next begins, so that every one of them, a
 * transaction and a script are atomic. Nothing is kept after `close`.
 */
export async function createMemoryEngine(now: () => number = Date.now): Promise<Engine> {
  const db = new Keyspace(now)
  const scripting = await createScripting(db, dataCommands)
  const table = { ...dataCommands, ...scripting.commands }
  return {
    kind: 'memory',
    pipeline: async (commands) => commands.map((command) => dispatch(table, db, command)),
    transaction: async (commands) => transaction(commands),
    flush: async ({ scripts }) => {
      db.clear()
      if (scripts) scripting.flush()
    },
    close: async () => scripting.close(),
  }

  function transaction(commands: readonly Command[]): Reply[] | Reply {
    try {
      for (const command of commands) resolveCommand(table, command)
    } catch (error) {
      if (!(error instanceof CommandError)) throw error
      return new CommandError('EXECABORT Transaction discarded because of previous errors.')
    }
    return commands.map((command) => dispatch(table, db, command))
  }
}
