'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import type { ReactNode } from 'react'
import { classNames } from '#src/shared/ui/class-names.ts'

interface NavLinkProps {
  readonly href: string
  readonly children: ReactNode
}

/** A way in the header, marked while one is there. */
export function NavLink({ href, children }: NavLinkProps) {
  const isHere = usePathname() === href
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={isHere ? 'page' : undefined}
      className={classNames(
        'inline-flex min-h-target items-center gap-1 border-b-2 px-2 text-base font-semibold transition-colors sm:px-3 sm:py-4',
        isHere ? 'border-accent text-ink' : 'border-transparent text-muted hover:text-ink',
      )}
    >
      {children}
    </Link>
  )
}
