/** What a command's exit code says. */
export const ExitCode = {
  /** Done, and nothing is wrong. */
  ok: 0,
  /** Done, and something is wrong: a red check, a drift, an event that could not be applied. */
  found: 1,
  /** The command line is not right, or the configuration is not complete. */
  usage: 2,
  /** A change was not confirmed; nothing was done. */
  refused: 3,
  /** A service did not answer; try again. */
  unavailable: 4,
} as const

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode]

/** Ends the command with this code and this sentence. */
export class CommandError extends Error {
  override readonly name = 'CommandError'
  readonly code: ExitCode

  constructor(code: ExitCode, message: string) {
    super(message)
    this.code = code
  }
}
