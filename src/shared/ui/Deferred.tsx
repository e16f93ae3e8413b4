import { headers } from 'next/headers'
import { type ReactNode, Suspense } from 'react'

interface DeferredProps {
  readonly fallback: ReactNode
  readonly children: ReactNode
}

/**
 * Shows `fallback` at once and `children` when they are ready, but only within the app. The document that a browser
 * loads first comes whole: what is streamed later needs JavaScript to be moved into its place.
 */
export async function Deferred({ fallback, children }: DeferredProps) {
  const isFetch = (await headers()).get('sec-fetch-dest') === 'empty'
  return isFetch ? <Suspense fallback={fallback}>{children}</Suspense> : children
}
