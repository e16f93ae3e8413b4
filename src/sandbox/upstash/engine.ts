import type { Bytes, Reply } from './reply.ts'

/** A command's name and arguments. */
export type Command = readonly [Bytes, ...Bytes[]]

/** What stands behind the gateway. A failed command is a `CommandError` among the replies, never an exception. */
export interface Engine {
  readonly kind: 'memory' | 'redis'
  /** Runs the commands in order, not atomically: those of others may come in between. */
  pipeline(commands: readonly Command[]): Promise<Reply[]>
  /** Runs the commands as one MULTI/EXEC. A command that cannot be queued fails all with one `EXECABORT`. */
  transaction(commands: readonly Command[]): Promise<Reply[] | Reply>
  /** Drops every key, and the script cache with `scripts`. */
  flush(options: { scripts: boolean }): Promise<void>
  close(): Promise<void>
}
