import { describe, expect, it } from 'vitest'
import { ForeignOriginError } from '#src/infrastructure/auth/auth-errors.ts'
import { assertSameOrigin } from '#src/infrastructure/auth/same-origin.ts'

const APP = 'https://app.example.test/base'
const from = (headers: Record<string, string>) => () => assertSameOrigin(new Headers(headers), APP)

describe('a mutation', () => {
  it.each<Record<string, string>>([
    { origin: 'https://app.example.test' },
    { origin: 'https://app.example.test', 'sec-fetch-site': 'same-origin' },
    { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ])('from %o is ours', (headers) => {
    expect(from(headers)).not.toThrow()
  })

  it.each<Record<string, string>>([
    {},
    { 'sec-fetch-site': 'same-origin' },
    { origin: 'null' },
    { origin: 'null', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
    { origin: 'http://app.example.test' },
    { origin: 'https://app.example.test:8443' },
    { origin: 'https://app.example.test.evil.example' },
    { origin: 'https://app.example.test', 'sec-fetch-site': 'cross-site' },
    { origin: 'https://app.example.test', 'sec-fetch-site': 'same-site' },
  ])('from %o is refused', (headers) => {
    expect(from(headers)).toThrow(ForeignOriginError)
  })
})
