'use client'

import { Download } from 'lucide-react'
import { useEntitlement } from '#src/features/billing/ui/EntitlementsProvider.tsx'
import { buttonClasses } from '#src/shared/ui/button-classes.ts'

/** Offers the download to who may have it. The route asks for itself. */
export function ExportLink() {
  const isOpen = useEntitlement('export')
  if (isOpen !== true) return null
  return (
    <a href="/insights/export" className={buttonClasses('secondary')}>
      <Download aria-hidden className="size-icon" />
      Export as CSV
    </a>
  )
}
