// @vitest-environment jsdom
import { act, render, screen } from '@testing-library/react'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { EntitlementsProvider, useEntitlement } from '#src/features/billing/ui/EntitlementsProvider.tsx'
import '#tests/support/empty-page.ts'

function Answer() {
  const isOpen = useEntitlement('insights')
  return <output>{isOpen === null ? 'unknown' : isOpen ? 'open' : 'locked'}</output>
}

const page = (initial: readonly Feature[] | null) => (
  <EntitlementsProvider initial={initial}>
    <Answer />
  </EntitlementsProvider>
)
const shown = () => screen.getByRole('status').textContent

/** Lets the server name these features from now on, or not answer; tells how often it was asked. */
function serverSays(features: readonly string[] | null) {
  const fetched = vi.fn(async (_input: unknown, _init: { readonly signal: AbortSignal }) =>
    features === null ? new Response(null, { status: 503 }) : Response.json({ features }),
  )
  vi.stubGlobal('fetch', fetched)
  return fetched
}

/** The tab is hidden or looked at, as the browser tells the page. */
async function tabBecomes(state: 'visible' | 'hidden'): Promise<void> {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state)
  await act(async () => {
    document.dispatchEvent(new Event('visibilitychange'))
  })
}

afterEach(() => {
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

describe('what the browser shows as open or locked', () => {
  it('is what the server knew when it rendered the page, without asking again', () => {
    const fetched = serverSays([])
    render(page(['insights']))

    expect(shown()).toBe('open')
    expect(fetched).not.toHaveBeenCalled()
  })

  it('is locked for who has not bought it', () => {
    render(page(['projects']))

    expect(shown()).toBe('locked')
  })

  it('is unknown, neither open nor locked, while the server could not say', () => {
    render(page(null))

    expect(shown()).toBe('unknown')
  })

  it('is unknown outside of a provider: the hook decides nothing by itself', () => {
    render(<Answer />)

    expect(shown()).toBe('unknown')
  })

  it('is asked anew when the tab is looked at again, as another tab may have bought something', async () => {
    serverSays(['insights'])
    render(page([]))

    await tabBecomes('visible')

    expect(shown()).toBe('open')
  })

  it('is not asked while the tab is hidden', async () => {
    const fetched = serverSays(['insights'])
    render(page([]))

    await tabBecomes('hidden')

    expect(fetched).not.toHaveBeenCalled()
    expect(shown()).toBe('locked')
  })

  it('stays as it was where the server does not answer (F63)', async () => {
    serverSays(null)
    render(page(['insights']))

    await tabBecomes('visible')

    expect(shown()).toBe('open')
  })

  it("is the server's word of the newest render, over anything that was fetched before (I4)", async () => {
    serverSays(['insights'])
    const { rerender } = render(page([]))
    await tabBecomes('visible')

    rerender(page(['projects']))

    expect(shown()).toBe('locked')
  })

  it('asks nothing more once the page is left', async () => {
    const fetched = serverSays(['insights'])
    render(page([])).unmount()

    await tabBecomes('visible')

    expect(fetched).not.toHaveBeenCalled()
  })

  it('is not changed by an answer that comes after the page was left', async () => {
    const answer = Promise.withResolvers<Response>()
    const signals: AbortSignal[] = []
    vi.stubGlobal('fetch', (_input: unknown, init: { readonly signal: AbortSignal }) => {
      signals.push(init.signal)
      return answer.promise
    })
    const { unmount } = render(page([]))
    await tabBecomes('visible')

    unmount()

    expect(signals.map((signal) => signal.aborted)).toEqual([true])
  })
})
