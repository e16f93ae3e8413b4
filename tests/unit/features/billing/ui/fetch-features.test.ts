import { afterEach, describe, expect, it, vi } from 'vitest'
import { fetchFeatures } from '#src/features/billing/ui/fetch-features.ts'

afterEach(() => vi.unstubAllGlobals())

/** Puts an answer in the place of `GET /api/entitlements`, and gives what was asked. */
function answering(answer: () => Response): { asked: unknown[] } {
  const asked: unknown[] = []
  vi.stubGlobal('fetch', async (input: unknown, init: RequestInit) => {
    asked.push(input, init.cache)
    return answer()
  })
  return { asked }
}

const ask = () => fetchFeatures(new AbortController().signal)

describe('what the browser asks the server', () => {
  it('is the features of who is signed in, never a kept answer', async () => {
    const { asked } = answering(() => Response.json({ features: ['projects', 'insights'] }))

    expect(await ask()).toEqual(['projects', 'insights'])
    expect(asked).toEqual(['/api/entitlements', 'no-store'])
  })

  it('leaves out names that this build does not know (F49)', async () => {
    answering(() => Response.json({ features: ['insights', 'teleport', 'constructor', 7] }))

    expect(await ask()).toEqual(['insights'])
  })

  it('is none for who is signed out', async () => {
    answering(() => new Response(null, { status: 401 }))

    expect(await ask()).toEqual([])
  })

  it.each([
    ['503', () => new Response(null, { status: 503 })],
    ['HTML', () => new Response('<html></html>')],
    ['JSON of another shape', () => Response.json({ features: 'insights' })],
    ['JSON without features', () => Response.json({})],
    ['null', () => Response.json(null)],
  ])('is not known where it answers %s', async (_what, answer) => {
    answering(answer)

    expect(await ask()).toBeNull()
  })

  it('is not known while offline', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('Failed to fetch')))

    expect(await ask()).toBeNull()
  })
})
