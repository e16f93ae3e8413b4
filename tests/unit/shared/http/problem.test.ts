import { describe, expect, test } from 'vitest'
import { type ProblemType, problem } from '#src/shared/http/problem.ts'

describe('a problem (RFC 9457)', () => {
  test.each<[ProblemType, number]>([
    ['unauthenticated', 401],
    ['foreign_origin', 403],
    ['unsupported_media_type', 415],
    ['body_too_large', 413],
    ['malformed_body', 400],
    ['invalid_request', 400],
    ['invalid_promotion_code', 400],
    ['invalid_webhook', 400],
    ['already_subscribed', 409],
    ['checkout_in_progress', 409],
    ['rate_limited', 429],
    ['unavailable', 503],
    ['internal', 500],
  ])(
    '%s has the status %i, in the answer and in its body, and is nobody else’s to keep',
    async (type, status) => {
      const response = problem(type)
      expect(response.status).toBe(status)
      expect(response.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
      expect(response.headers.get('cache-control')).toBe('private, no-store')
      expect(response.headers.has('retry-after')).toBe(false)
      expect(await response.json()).toEqual({
        type: `urn:tollgate:problem:${type}`,
        title: expect.stringMatching(/^[A-Z].+/),
        status,
      })
    },
  )

  test('says when to come back, and what is its own', async () => {
    const response = problem('rate_limited', {
      retryAfterSeconds: 0,
      detail: 'Too fast',
      extensions: { fields: [], status: 'active', title: 'Mine' },
    })
    expect(response.headers.get('retry-after')).toBe('0')
    expect(await response.json()).toMatchObject({
      detail: 'Too fast',
      fields: [],
      status: 429,
      title: 'Too many requests',
    })
  })
})
