import type pg from 'pg'
import { copyUser } from '#tests/support/filled-database.ts'
import { type AppProcess, type RealParts, startRealParts } from '#tests/support/real-parts.ts'
import { GATEWAY_CONNECTIONS } from '#tests/support/rpc-gateway.ts'
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
  await client.query('select public.touch_everything()')
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

/** Has each session between the app and Postgres touch everything, by as many calls at once as there are sessions. */
export async function touchByEachSession({ parts }: EventPlace): Promise<void> {
  const calls = Array.from({ length: GATEWAY_CONNECTIONS }, () =>
    fetch(`${parts.gatewayUrl}/rest/v1/rpc/touch_everything`, { method: 'POST', body: '{}' }),
  )
  for (const { status } of await Promise.all(calls)) {
    if (status !== 200) throw new Error(`a session could not touch everything: ${status}`)
  }
}
