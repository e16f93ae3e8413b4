'use client'

import { Minus, Plus } from 'lucide-react'
import { useId, useState } from 'react'
import type { BillingInterval } from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import { formatMoney } from '#src/shared/ui/format-money.ts'
import { clampSeats } from './checkout-choice.ts'

interface SeatsStepperProps {
  readonly min: number
  readonly max: number
  readonly initial: number
  /** What a seat costs, in the minor unit of `currency`. */
  readonly seatAmount: number
  readonly currency: string
  readonly interval: BillingInterval
}

const STEP =
  'inline-flex size-target shrink-0 items-center justify-center text-muted hover:text-ink disabled:text-line-strong'

/** How many seats, and what that comes to. The field is an ordinary number input where scripts do not run. */
export function SeatsStepper({ min, max, initial, seatAmount, currency, interval }: SeatsStepperProps) {
  const id = useId()
  const [typed, setTyped] = useState(String(initial))
  const seats = clampSeats(typed, { min, max })
  const step = (by: number) => setTyped(String(clampSeats(seats + by, { min, max })))
  return (
    <div className="flex flex-wrap items-end justify-between gap-3">
      <div className="flex flex-col gap-1">
        <label htmlFor={id} className="text-sm font-semibold">
          Seats
        </label>
        <div className="flex rounded-control border border-line-strong bg-surface">
          <button
            type="button"
            aria-label="One seat less"
            disabled={seats <= min}
            onClick={() => step(-1)}
            className={STEP}
          >
            <Minus aria-hidden className="size-icon" />
          </button>
          <input
            id={id}
            name="quantity"
            type="number"
            inputMode="numeric"
            required
            min={min}
            max={max}
            step={1}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            onBlur={() => setTyped(String(seats))}
            className="figures w-12 bg-transparent text-center font-semibold"
          />
          <button
            type="button"
            aria-label="One seat more"
            disabled={seats >= max}
            onClick={() => step(1)}
            className={STEP}
          >
            <Plus aria-hidden className="size-icon" />
          </button>
        </div>
      </div>
      <p aria-live="polite" className="figures text-right text-sm text-muted">
        <span className="block text-base font-semibold text-ink">
          {formatMoney(seatAmount * seats, currency)}
        </span>
        a {interval}
      </p>
    </div>
  )
}
