import type { Clock } from '#src/shared/types/clock.ts'

/** The machine's own time. The only place that asks for it. */
export const systemClock: Clock = { now: () => Date.now() }
