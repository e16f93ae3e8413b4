import { startRealParts } from '#tests/support/real-parts.ts'
import { type DatabaseFigure, fillFirst, fillUp, measureDatabase } from './event-database.ts'
import { type Burst, type HttpFigure, measureBurst, measureHttp } from './event-http.ts'

const BURST_EVENTS = 10_000
/** Turns that one size may take: the next one's events are newer than all of them. */
const TURNS = 50_000

/** As a database that must keep what it says: the tests' own does without. */
const DURABLE = ['-c', 'fsync=on', '-c', 'shared_buffers=512MB', '-c', 'max_wal_size=8GB']

export interface EventFigures {
  readonly database: readonly DatabaseFigure[]
  readonly http: readonly HttpFigure[]
  readonly burst: Burst
}

/** Measures in one database that grows from size to size; `onProgress` is told what comes next. */
export async function measureEvents(
  sizes: readonly number[],
  onProgress: (next: string) => void,
): Promise<EventFigures> {
  const parts = await startRealParts({ nowMs: () => Date.now(), postgresFlags: DURABLE })
  try {
    const app = await parts.startApp()
    const database: DatabaseFigure[] = []
    const http: HttpFigure[] = []
    let filled = 1
    let turns = 0
    await fillFirst(parts.postgres)
    for (const users of sizes) {
      onProgress(`filling up to ${users} users`)
      await fillUp(parts.postgres, filled, users)
      filled = users
      onProgress(`events among ${users} users`)
      database.push(...(await measureDatabase(parts.postgres, users, turns)))
      http.push(...(await measureHttp(app, users, turns + TURNS / 2)))
      turns += TURNS
    }
    onProgress('a burst')
    const burst = await measureBurst(app, BURST_EVENTS, filled, turns)
    return { database, http, burst }
  } finally {
    await parts.close()
  }
}
