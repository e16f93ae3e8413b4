import { Check, Minus } from 'lucide-react'
import type { OfferLine } from './offer.ts'

interface OfferLinesProps {
  readonly lines: readonly OfferLine[]
}

/** What a plan opens, as ticks, each with its number where it has one. What is not in stands there too, greyed. */
export function OfferLines({ lines }: OfferLinesProps) {
  return (
    <ul className="flex flex-col gap-2">
      {lines.map((line) => (
        <li key={line.key} className="flex items-start gap-2 text-base">
          {line.included ? (
            <Check aria-hidden className="mt-px size-icon shrink-0 text-good" />
          ) : (
            <Minus aria-hidden className="mt-px size-icon shrink-0 text-muted" />
          )}
          <span className={line.included ? undefined : 'text-muted'}>
            {line.included ? null : <span className="sr-only">Not included: </span>}
            {line.name}
          </span>
          {line.figure ? (
            <span className="figures ml-auto pl-2 text-right font-semibold">{line.figure}</span>
          ) : null}
        </li>
      ))}
    </ul>
  )
}
