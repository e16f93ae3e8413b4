import type { Log } from '#src/shared/types/log.ts'

/** How long a warning that comes again and again is kept back. */
export const REPEAT_AFTER_MS = 60_000

/**
 * A log whose warnings of one message come at most once a minute, with how many were kept back meanwhile as
 * `repeats`: a backend that is away fails every request alike, and one line says it (F66). Everything else passes.
 * `stopwatch` is a clock that never jumps, in milliseconds.
 */
export function quietLog(log: Log, stopwatch: () => number): Log {
  const said = new Map<string, { at: number; keptBack: number }>()
  return {
    ...log,
    warn: (message, fields = {}) => {
      const now = stopwatch()
      const last = said.get(message)
      if (last !== undefined && now - last.at < REPEAT_AFTER_MS) {
        last.keptBack += 1
        return
      }
      said.set(message, { at: now, keptBack: 0 })
      log.warn(message, { ...fields, ...(last && last.keptBack > 0 && { repeats: last.keptBack }) })
    },
  }
}
