import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

const WIDTHS = { page: 'max-w-page', measure: 'max-w-measure', form: 'max-w-form' }

interface PageProps {
  /** `page` for tables and cards, `measure` for text, `form` for a form. */
  readonly width: keyof typeof WIDTHS
  readonly children: ReactNode
}

/** The content of a page, in the middle, with the same air around it everywhere. */
export function Page({ width, children }: PageProps) {
  return (
    <div
      className={classNames('mx-auto flex w-full flex-col gap-8 px-4 py-8 sm:px-6 md:py-12', WIDTHS[width])}
    >
      {children}
    </div>
  )
}
