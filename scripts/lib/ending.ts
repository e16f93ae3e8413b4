import { constants } from 'node:os'
import { stopAllServers } from './server-process.ts'

let ending: Promise<never> | undefined

/** Ends every server, then this process with `code`. The first call counts; later ones wait for it. */
export function end(code: number): Promise<never> {
  ending ??= stopAllServers().then(() => process.exit(code))
  return ending
}

/** Whether `end` was called: servers that end now were told to. */
export function isEnding(): boolean {
  return ending !== undefined
}

/**
 * Makes Ctrl-C, a closed terminal, `kill` and an error that nobody caught end every server before this process ends.
 * npm and the terminal may both send the signal: the second is for nothing.
 */
export function endServersWithThisProcess(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => void end(128 + constants.signals[signal]))
  }
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      console.error(error)
      void end(1)
    })
  }
}
