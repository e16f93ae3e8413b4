import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { BillingInterval } from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import { planOf, priceOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { formatPrice, perMonth, yearlySaving } from './offer.ts'

interface PriceTagProps {
  readonly planKey: PlanKey
  readonly interval: BillingInterval
}

/** The price of a plan a month, and under it what is charged when, with what a year saves. */
export function PriceTag({ planKey, interval }: PriceTagProps) {
  const plan = planOf(planKey)
  const monthly = perMonth(planKey, interval)
  const price = priceOf(planKey, interval)
  if (monthly === null || price === null) return null
  const seat = plan.kind === 'subscription' && plan.seats ? ' per seat' : ''
  const saving = interval === 'year' ? yearlySaving(planKey) : 0
  return (
    <div>
      <p className="flex flex-wrap items-baseline gap-2">
        <span className="figures text-3xl font-semibold tracking-tight">{formatPrice(monthly)}</span>
        <span className="text-muted">a month{seat}</span>
      </p>
      <p className="mt-1 text-sm text-muted">
        {interval === 'month' ? (
          `Billed monthly${seat}`
        ) : (
          <>
            {formatPrice(price.unitAmount)}
            {seat} billed once a year.{' '}
            {saving > 0 ? <span className="font-semibold text-good">Saves {formatPrice(saving)}</span> : null}
          </>
        )}
      </p>
    </div>
  )
}
