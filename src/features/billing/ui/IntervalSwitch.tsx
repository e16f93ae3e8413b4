import Link from 'next/link'
import type { BillingInterval } from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import { classNames } from '#src/shared/ui/class-names.ts'

interface IntervalSwitchProps {
  readonly current: BillingInterval
  /** The page's address with the other interval chosen. */
  readonly hrefOf: (interval: BillingInterval) => string
}

const LABELS: Record<BillingInterval, string> = { month: 'Monthly', year: 'Yearly' }

/** Monthly or yearly, kept in the address, so that it can be linked, reloaded, and used without JavaScript. */
export function IntervalSwitch({ current, hrefOf }: IntervalSwitchProps) {
  return (
    <nav
      aria-label="Billing interval"
      className="inline-flex gap-1 rounded-card border border-line bg-sunken p-1"
    >
      {(['month', 'year'] as const).map((interval) => (
        <Link
          key={interval}
          href={hrefOf(interval)}
          scroll={false}
          prefetch={false}
          aria-current={interval === current ? 'true' : undefined}
          className={classNames(
            'inline-flex min-h-target items-center rounded-control px-4 text-base font-semibold transition-colors',
            interval === current
              ? 'bg-surface text-ink ring-1 ring-line-strong'
              : 'text-muted hover:text-ink',
          )}
        >
          {LABELS[interval]}
        </Link>
      ))}
    </nav>
  )
}
