import type { Clock } from '#src/shared/types/clock.ts'
import type { AppConfig } from '../config/env.ts'
import { SandboxClock } from './SandboxClock.ts'
import { systemClock } from './system-clock.ts'

/** A clock that may have to be started before it is right, and stopped for the process to end. */
export interface RunningClock extends Clock {
  start(): Promise<void>
  stop(): void
}

/** The clock of the app: the sandbox's where one is configured, else the machine's. */
export function createClock({ sandboxClockUrl }: Pick<AppConfig, 'sandboxClockUrl'>): RunningClock {
  if (sandboxClockUrl !== null) return new SandboxClock(sandboxClockUrl, systemClock)
  return { now: () => systemClock.now(), start: async () => undefined, stop: () => undefined }
}
