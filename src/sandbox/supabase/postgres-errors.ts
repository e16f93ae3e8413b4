import type { PgliteConnection } from '@supabase/lite/pglite'
import { z } from 'zod'

const postgresError = z.looseObject({
  code: z.string().regex(/^[0-9A-Z]{5}$/),
  message: z.string(),
  detail: z.string().nullish(),
  hint: z.string().nullish(),
})

/** The code under which lite hides every error of Postgres that it does not know. */
const LITE_UNKNOWN = 'SUP'

/** By the beginning of the code, the longest first: docs.postgrest.org/en/latest/references/errors.html. */
const STATUS_BY_CODE: readonly (readonly [prefix: string, status: number])[] = [
  ['23503', 409],
  ['23505', 409],
  ['25006', 405],
  ['42883', 404],
  ['42P01', 404],
  ['42P17', 500],
  ['53400', 500],
  ['P0001', 400],
  ['08', 503],
  ['0L', 403],
  ['0P', 403],
  ['28', 403],
  ['53', 503],
  ...['09', '25', '2D', '38', '39', '3B', '40', '54', '55', '57', '58', 'F0', 'HV', 'P0', 'XX'].map(
    (prefix) => [prefix, 500] as const,
  ),
]

/**
 * Gives every error of Postgres its own code, as PostgREST does: lite answers `SUP` with status 500 for those that a
 * function raises under a code of its own, for failed checks and for much else.
 */
export class PostgresErrors {
  #last: unknown = null

  /** Listens to the errors that lite sees on this connection. */
  constructor(connection: PgliteConnection) {
    const normalize = connection.normalizeDbError.bind(connection)
    connection.normalizeDbError = (error) => {
      this.#last = normalize(error)
      return this.#last
    }
  }

  /** The answer to the request that ran last, with the error that lite hid. */
  async unhide(response: Response): Promise<Response> {
    if (response.status !== 500) return response
    const body = (await response
      .clone()
      .json()
      .catch(() => null)) as { code?: unknown } | null
    const error = postgresError.safeParse(this.#last)
    if (body?.code !== LITE_UNKNOWN || !error.success) return response
    const { code, message, detail, hint } = error.data
    const status = STATUS_BY_CODE.find(([prefix]) => code.startsWith(prefix))?.[1] ?? 400
    return Response.json({ code, message, details: detail ?? null, hint: hint ?? null }, { status })
  }
}
