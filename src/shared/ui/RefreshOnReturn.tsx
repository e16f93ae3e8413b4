'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/**
 * Asks the server again when the visitor comes back to a page that was kept: from the browser's back/forward cache
 * (`pageshow`, as after a trip to Stripe) or from the router's (`popstate`). Otherwise the old plan would be shown.
 */
export function RefreshOnReturn() {
  const router = useRouter()
  useEffect(() => {
    const onPageShow = (event: PageTransitionEvent) => {
      if (event.persisted) router.refresh()
    }
    // The router restores its copy in its own listener; asking after it refreshes the page that was returned to.
    const onPopState = () => window.setTimeout(() => router.refresh(), 0)
    window.addEventListener('pageshow', onPageShow)
    window.addEventListener('popstate', onPopState)
    return () => {
      window.removeEventListener('pageshow', onPageShow)
      window.removeEventListener('popstate', onPopState)
    }
  }, [router])
  return null
}
