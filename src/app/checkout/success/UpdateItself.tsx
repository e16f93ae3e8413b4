'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** How often to ask whether the money has come, in milliseconds. */
const UPDATE_EVERY_MS = 5_000

/** Asks the server again until the page has another answer; without scripts the browser reloads it. */
export function UpdateItself() {
  const router = useRouter()
  useEffect(() => {
    const timer = window.setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh()
    }, UPDATE_EVERY_MS)
    return () => window.clearInterval(timer)
  }, [router])
  return (
    <>
      <noscript>
        <meta httpEquiv="refresh" content={String(UPDATE_EVERY_MS / 1000)} />
      </noscript>
      <p role="status" className="text-sm text-muted">
        This page updates itself. You can also close it.
      </p>
    </>
  )
}
