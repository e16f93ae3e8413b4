import pg from 'pg'
import { type LoopbackServer, listenOnLoopback } from '#src/sandbox/http/loopback.ts'

/** How many calls reach Postgres at once: PostgREST's pool. */
const CONNECTIONS = 20

/** How long a call waits for a connection, as PostgREST's `db-pool-acquisition-timeout`. */
const ACQUIRE_MS = 2_500

/** How long a connection is kept that nobody uses: PostgREST's `db-pool-max-idletime`. */
const IDLE_MS = 30_000

/**
 * PostgREST's part that billing speaks to, in front of a Postgres that has none: `POST /rest/v1/rpc/NAME` as the
 * service role, one statement a call. Errors have PostgREST's body, and its status where that matters: 503 where
 * Postgres cannot be reached (docs.postgrest.org/en/latest/references/errors.html).
 */
export async function startRpcGateway(connectionString: string): Promise<LoopbackServer> {
  const pool = new pg.Pool({
    connectionString,
    max: CONNECTIONS,
    idleTimeoutMillis: IDLE_MS,
    connectionTimeoutMillis: ACQUIRE_MS,
    options: '-c role=service_role',
  })
  // A connection that dies while nobody uses it is replaced by the next call.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  const server = await listenOnLoopback(async (request) => {
    const name = /^\/rest\/v1\/rpc\/([a-z_]+)$/.exec(new URL(request.url).pathname)?.[1]
    if (name === undefined) return Response.json({ code: 'PGRST125' }, { status: 404 })
    const entries = Object.entries((await request.json()) as Record<string, unknown>)
    const values = entries.map(([, value]) =>
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    )
    const args = entries.map(([argument], index) => `${argument} => $${index + 1}`).join(', ')
    try {
      const { rows } = await pool.query<{ answer: unknown }>(
        `select public.${name}(${args}) as answer`,
        values,
      )
      return Response.json(rows[0]?.answer ?? null)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : ''
      const isSqlState = /^[0-9A-Z]{5}$/.test(code) && !/^E[A-Z]+$/.test(code)
      return isSqlState
        ? Response.json({ code, message: 'refused' }, { status: /^(08|53|57)/.test(code) ? 503 : 400 })
        : Response.json({ code: 'PGRST000', message: 'no connection' }, { status: 503 })
    }
  })
  return {
    ...server,
    close: async () => {
      await server.close()
      await pool.end()
    },
  }
}
