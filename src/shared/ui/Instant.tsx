import { formatDay, formatDistance, formatInstant } from './format-instant.ts'

interface InstantProps {
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Given, the text is how far away it is ("in 12 days") instead of the day. */
  readonly from?: number
}

/** A moment, as short as the reader needs; the whole of it on hover and for screen readers. */
export function Instant({ at, from }: InstantProps) {
  const whole = formatInstant(at)
  return (
    <time dateTime={new Date(at).toISOString()} title={whole} className="figures">
      {from === undefined ? formatDay(at) : formatDistance(at, from)}
      {from === undefined ? null : <span className="sr-only"> ({whole})</span>}
    </time>
  )
}
