import { createClock } from '#src/infrastructure/clock/create-clock.ts'
import { type Billing, createBilling } from '#src/infrastructure/composition-root.ts'
import type { AppConfig } from '#src/infrastructure/config/env.ts'
import { createLog } from '#src/infrastructure/observability/log.ts'
import type { ExitCode } from './exit-code.ts'
import { configurationOf, type Settings } from './settings.ts'
import type { Terminal } from './terminal.ts'

/** What a command works with: the app's own use cases, over the configured services. */
export interface Session {
  readonly config: AppConfig
  readonly billing: Billing
  readonly terminal: Terminal
}

/** Runs a command over the configured services; its answer is the exit code. */
export type RunCommand = (command: (session: Session) => Promise<ExitCode>) => Promise<void>

/** Runs a command over the configured services, and lets go of them when it is done. */
export async function withSession<T>(
  terminal: Terminal,
  settings: Settings,
  run: (session: Session) => Promise<T>,
): Promise<T> {
  if (settings.from === 'npm run dev') terminal.note('Using the sandbox of `npm run dev`.')
  const config = configurationOf(settings)
  const clock = createClock(config)
  await clock.start()
  const deferred: Promise<void>[] = []
  const billing = createBilling(config, {
    clock,
    // What is asked for is printed on standard output; what the app would log goes beside it.
    log: createLog({ write: (line) => terminal.note(line.trimEnd()) }),
    defer: (task) => void deferred.push(task()),
  })
  try {
    return await run({ config, billing, terminal })
  } finally {
    await Promise.all(deferred)
    clock.stop()
  }
}
