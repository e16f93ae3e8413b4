'use client'

import Link from 'next/link'
import { usePathname } from 'next/navigation'
import { buttonClasses } from '#src/shared/ui/button-classes.ts'

/** Pages that one does not want to come back to after signing in. */
const DOORS: ReadonlySet<string> = new Set(['/', '/sign-in', '/sign-up'])

/** The way in, which leads back to here. */
export function SignInLink() {
  const pathname = usePathname()
  const href = DOORS.has(pathname) ? '/sign-in' : `/sign-in?${new URLSearchParams({ return_to: pathname })}`
  return (
    <Link href={href} prefetch={false} className={buttonClasses('quiet', 'text-ink')}>
      Sign in
    </Link>
  )
}
