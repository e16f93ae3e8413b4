import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import type { Tone } from './Notice.tsx'

const TONES: Record<Tone | 'accent' | 'neutral', string> = {
  good: 'border-good-border bg-good-surface text-good',
  warning: 'border-warning-border bg-warning-surface text-warning',
  bad: 'border-bad-border bg-bad-surface text-bad',
  info: 'border-info-border bg-info-surface text-info',
  accent: 'border-accent-border bg-accent-soft text-accent-text',
  neutral: 'border-line bg-sunken text-muted',
}

interface BadgeProps {
  readonly tone: keyof typeof TONES
  readonly children: ReactNode
}

/** A word that says the state of what it stands beside. */
export function Badge({ tone, children }: BadgeProps) {
  return (
    <span
      className={classNames(
        'inline-flex items-center rounded-full border px-2 py-px text-xs font-semibold whitespace-nowrap',
        TONES[tone],
      )}
    >
      {children}
    </span>
  )
}
