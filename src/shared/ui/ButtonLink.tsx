import Link from 'next/link'
import type { ReactNode } from 'react'
import { type ButtonLook, buttonClasses } from './button-classes.ts'

interface ButtonLinkProps {
  readonly href: string
  readonly children: ReactNode
  readonly look?: ButtonLook
  readonly className?: string
}

/** A link that looks like a button. Pages of ours only; they are personal, so nothing is fetched ahead. */
export function ButtonLink({ href, children, look = 'primary', className }: ButtonLinkProps) {
  return (
    <Link href={href} prefetch={false} className={buttonClasses(look, className)}>
      {children}
    </Link>
  )
}
