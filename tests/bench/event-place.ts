import type pg from 'pg'
import { copyUser } from '#tests/support/filled-database.ts'
import { type AppProcess, type RealParts, startRealParts } from '#tests/support/real-parts.ts'
import { createEventBodies, type EventBodies } from './event-bodies.ts'
import { fillFirst, makeFloor } from './event-database.ts'

/**
 * As a database that must keep what it says, where the tests' own does without; with buffers for what is used of a million
 * users, as Postgres' manual would give them on a machine of 16 GiB.
 * https://www.postgresql.org/docs/18/runtime-config-resource.html
 */
const DURABLE = ['-c', 'fsync=on', '-c', 'shared_buffers=4GB', '-c', 'max_wal_size=8GB']

/** A database of so many users on a server of its own, with a process of the app in front of it. */
export interface EventPlace {
  readonly users: number
  readonly parts: RealParts
  readonly app: AppProcess
  readonly client: pg.Client
  readonly bodies: EventBodies
  /** Numbers events so that each is newer than all before it. */
  readonly nextTurn: () => number
  close(): Promise<void>
}

/** Starts and fills one. */
export async function openPlace(users: number): Promise<EventPlace> {
  const parts = await startRealParts({ nowMs: () => Date.now(), postgresFlags: DURABLE })
  const bodies = await createEventBodies()
  await fillFirst(parts.postgres, bodies)
  await copyUser(parts.postgres, 1, users)
  await makeFloor(parts.postgres, users, bodies)
  const client = await parts.postgres.connect()
  await client.query('select bench.touch_everything()')
  let turn = 0
  return {
    users,
    parts,
    app: await parts.startApp(),
    client,
    bodies,
    nextTurn: () => {
      turn += 1
      return turn
    },
    close: async () => {
      await client.end()
      await parts.close()
    },
  }
}
