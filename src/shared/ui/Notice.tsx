import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'

/** What a notice means. */
export type Tone = 'good' | 'warning' | 'bad' | 'info'

const TONES: Record<Tone, string> = {
  good: 'border-good-border bg-good-surface text-good',
  warning: 'border-warning-border bg-warning-surface text-warning',
  bad: 'border-bad-border bg-bad-surface text-bad',
  info: 'border-info-border bg-info-surface text-info',
}

const ICONS = { good: CircleCheck, warning: TriangleAlert, bad: CircleAlert, info: Info }

interface NoticeProps {
  readonly tone: Tone
  readonly title: ReactNode
  readonly children?: ReactNode
  /** One way to go on, at the end. */
  readonly action?: ReactNode
}

/** Something to know before reading on. `bad` is announced at once, the others when the reader pauses. */
export function Notice({ tone, title, children, action }: NoticeProps) {
  const Icon = ICONS[tone]
  return (
    <div
      role={tone === 'bad' ? 'alert' : 'status'}
      className={classNames('@container flex w-full gap-3 rounded-card border p-4', TONES[tone])}
    >
      <Icon aria-hidden className="mt-px size-icon shrink-0" />
      <div className="flex min-w-0 flex-1 flex-col items-start gap-3 @row:flex-row @row:items-center @row:justify-between @row:gap-6">
        <div className="min-w-0">
          <p className="font-semibold">{title}</p>
          {children ? <div className="mt-1 text-sm text-ink">{children}</div> : null}
        </div>
        {action ? <div className="shrink-0">{action}</div> : null}
      </div>
    </div>
  )
}
