import { describe, expect, it } from 'vitest'
import { databaseError } from '#src/infrastructure/db/sql-errors.ts'

describe('F73, F74: which failures of Postgres time can cure', () => {
  it.each([
    ['40001', 500],
    ['40P01', 500],
    ['53300', 503],
    ['55P03', 500],
    ['57014', 500],
    ['57P01', 500],
    ['08006', 503],
    ['23505', 409],
    ['42883', 404],
    ['PGRST000', 503],
    ['PGRST202', 404],
    ['PGRST205', 404],
    [null, 0],
    ['', 0],
    [null, 500],
    [null, 200],
    ['shape', 200],
    ['of a gateway', 502],
    ['of a gateway', 503],
    ['of a gateway', 504],
    ['of a gateway', 429],
  ])('%s with status %i is worth another try', (code, status) => {
    expect(databaseError({ code, status, cause: null })).toMatchObject({
      code: 'database_unavailable',
      retryable: true,
    })
  })

  it.each([
    ['22P05', 400],
    ['22003', 400],
    ['23514', 400],
    ['42501', 403],
    ['42P01', 404],
    ['PGRST301', 401],
    [null, 400],
  ])('%s with status %i is the same the next time', (code, status) => {
    expect(databaseError({ code, status, cause: null })).toMatchObject({
      code: 'database_refused',
      retryable: false,
    })
  })

  it('the message is ours; what the database said is the cause', () => {
    const error = databaseError({ code: '22P05', status: 400, cause: 'column "secret"' })

    expect(error.message).not.toContain('secret')
    expect(error.cause).toBe('column "secret"')
  })
})
