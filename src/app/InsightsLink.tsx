'use client'

import { Lock } from 'lucide-react'
import { useEntitlement } from '#src/features/billing/ui/EntitlementsProvider.tsx'
import { NavLink } from './NavLink.tsx'

/** The way to Insights, with a lock for who may not see them. The page itself decides. */
export function InsightsLink() {
  const isOpen = useEntitlement('insights')
  return (
    <NavLink href="/insights">
      Insights{' '}
      {isOpen === false ? (
        <>
          <Lock aria-hidden className="size-4" />
          <span className="sr-only">(locked)</span>
        </>
      ) : null}
    </NavLink>
  )
}
