'use client'

import { createContext, type ReactNode, use, useCallback, useEffect, useState } from 'react'
import type { Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { fetchFeatures } from './fetch-features.ts'

/** The features that the server last said, or null where it has not been asked or did not answer. */
type Known = readonly Feature[] | null

const EntitlementsContext = createContext<Known>(null)

interface EntitlementsProviderProps {
  /** What the server knew when it rendered the page; each new render of it counts again. */
  readonly initial: Known
  readonly children: ReactNode
}

/**
 * Gives `useEntitlement` its answer: the server's at first, then that of `GET /api/entitlements` each time the tab is looked
 * at again, as another tab may have bought something.
 */
export function EntitlementsProvider({ initial, children }: EntitlementsProviderProps) {
  const [fetched, setFetched] = useState<{ readonly since: Known; readonly features: Known } | null>(null)
  const refresh = useCallback(
    async (signal: AbortSignal) => {
      const features = await fetchFeatures(signal)
      if (features !== null && !signal.aborted) setFetched({ since: initial, features })
    },
    [initial],
  )
  useEffect(() => {
    const controller = new AbortController()
    const onVisible = () => {
      if (document.visibilityState === 'visible') void refresh(controller.signal)
    }
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      document.removeEventListener('visibilitychange', onVisible)
      controller.abort()
    }
  }, [refresh])
  const known = fetched?.since === initial ? fetched.features : initial
  return <EntitlementsContext value={known}>{children}</EntitlementsContext>
}

/**
 * Whether to show something as open or locked; null while nobody knows. For display only, never a gate: it runs in
 * the visitor's hands. What must not be seen is decided on the server by `requireEntitlement`.
 */
export function useEntitlement(feature: Feature): boolean | null {
  const features = use(EntitlementsContext)
  return features === null ? null : features.includes(feature)
}
