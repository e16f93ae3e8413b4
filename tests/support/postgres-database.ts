import { randomUUID } from 'node:crypto'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { schemaStatements } from './migrations.ts'
import { embeddedPostgres } from './reachable-postgres.ts'
import { callOver, type Row, type TestDatabase } from './test-database.ts'

/** How many calls can run at once. */
const CONNECTIONS = 20

/** How long a crashed server's rest is given to go away, and how often. */
const RESTART_STEP_MS = 200
const RESTART_TRIES_MAX = 50

/** A database of ours on a real Postgres server of its own, with many connections. */
export interface PostgresDatabase extends TestDatabase {
  readonly connectionString: string
  /** The server is killed as a crash would, and started again on what it had written. */
  crash(): Promise<void>
  /** A connection of its own, for what must be seen half done. */
  connect(): Promise<pg.Client>
}

/**
 * Starts a server on a free loopback port, in a directory that is gone when it is closed. `flags` go to `postgres`; with
 * `before`, its schema is as it was before that migration.
 */
export async function createPostgresDatabase({
  flags = [],
  ...schema
}: {
  readonly flags?: readonly string[]
  readonly before?: string
} = {}): Promise<PostgresDatabase> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-postgres-'))
  // As root the server runs as a user of its own, who must be able to get in.
  chmodSync(directory, 0o755)
  const port = await freePort()
  const EmbeddedPostgres = await embeddedPostgres()
  const server = new EmbeddedPostgres({
    databaseDir: join(directory, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: false,
    // Postgres refuses to run as root.
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'fsync=off', ...flags],
    onLog: () => undefined,
    onError: () => undefined,
  })
  await server.initialise()
  await server.start()
  const connectionString = `postgres://postgres:postgres@127.0.0.1:${port}/postgres`
  const pool = new pg.Pool({ connectionString, max: CONNECTIONS })
  // When the server is stopped it tells connections that are just being closed: nobody waits for that any more.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const query = async (sql: string, parameters: unknown[] = []) =>
    (await pool.query<Row>(sql, parameters)).rows
  for (const sql of schemaStatements(schema)) await pool.query(sql)
  return {
    connectionString,
    query,
    call: callOver(query),
    addUser: async () => {
      const id = randomUUID()
      await query('insert into auth.users (id) values ($1)', [id])
      return id
    },
    crash: async () => {
      process.kill(
        Number(readFileSync(join(directory, 'data', 'postmaster.pid'), 'utf8').split('\n')[0]),
        'SIGKILL',
      )
      // The old server's last processes must be gone before a new one may use its memory.
      for (let tries = 1; ; tries += 1) {
        await sleep(RESTART_STEP_MS)
        try {
          return await server.start()
        } catch (error) {
          if (tries === RESTART_TRIES_MAX) throw error ?? new Error('Postgres did not start again')
        }
      }
    },
    connect: async () => {
      const client = new pg.Client({ connectionString })
      await client.connect()
      return client
    },
    close: async () => {
      await pool.end()
      await server.stop()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const address = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port could be had')
  return address.port
}
