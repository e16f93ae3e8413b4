import { planOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { Entitlement } from '#src/shared/types/billing.ts'
import { Badge } from '#src/shared/ui/Badge.tsx'
import { Instant } from '#src/shared/ui/Instant.tsx'
import { statusLine } from './status-line.ts'

const ORIGINS: Record<Entitlement['kind'], string> = {
  subscription: 'Subscription',
  payment: 'One payment',
  manual: 'Given to you',
}

interface SourceListProps {
  readonly sources: readonly Entitlement[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Sources whose card had had a trial, by their ids. */
  readonly paidFromFirstDay: readonly string[]
}

/** Each thing that gives access, until when, and why: the payment behind it by Stripe's own id. */
export function SourceList({ sources, now, paidFromFirstDay }: SourceListProps) {
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">
      {sources.map((source) => {
        const { tone, word, text, next } = statusLine(source)
        return (
          <li key={source.sourceId} className="flex flex-col gap-2 p-4 sm:p-6">
            <div className="flex flex-wrap items-center justify-between gap-2">
              <h3 className="text-lg font-semibold">{planOf(source.plan).name}</h3>
              <Badge tone={tone}>{word}</Badge>
            </div>
            <p>{text}</p>
            {paidFromFirstDay.includes(source.sourceId) ? (
              <p>Its card has had a trial, so it was paid from its first day.</p>
            ) : null}
            <p className="text-sm text-muted">
              {next === null ? null : (
                <>
                  {next.word} <Instant at={next.at} from={now} />.{' '}
                </>
              )}
              {ORIGINS[source.kind]} <span className="font-mono break-all">{source.sourceId}</span>
            </p>
          </li>
        )
      })}
    </ul>
  )
}
