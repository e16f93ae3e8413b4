import { classNames } from './class-names.ts'

/** The one thing to do on a page, everything else, and what stands in a line of text. */
export type ButtonLook = 'primary' | 'secondary' | 'quiet'

const BASE =
  'inline-flex min-h-target items-center justify-center gap-2 rounded-control px-4 py-2 text-center text-base font-semibold transition-colors aria-disabled:cursor-default disabled:cursor-default'

const LOOKS: Record<ButtonLook, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong disabled:hover:bg-accent',
  secondary: 'border border-line-strong bg-surface text-ink hover:bg-sunken',
  quiet: 'px-3 text-muted hover:bg-sunken hover:text-ink',
}

/** Classes of a button, or of a link that looks like one. */
export function buttonClasses(look: ButtonLook, extra?: string): string {
  return classNames(BASE, LOOKS[look], extra)
}
