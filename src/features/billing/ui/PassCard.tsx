import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { planOf, priceOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { Badge } from '#src/shared/ui/Badge.tsx'
import { CheckoutForm } from './CheckoutForm.tsx'
import type { FormAction } from './form-action.ts'
import { currentTerms, formatPrice } from './offer.ts'
import type { PlanStanding } from './ownership.ts'

interface PassCardProps {
  readonly planKey: PlanKey
  readonly standing: PlanStanding
  readonly returnTo: string | null
  readonly startCheckout: FormAction
}

/** A plan that is paid once, in one row: what it opens, how long, what it costs. */
export function PassCard({ planKey, standing, returnTo, startCheckout }: PassCardProps) {
  const plan = planOf(planKey)
  const price = priceOf(planKey, null)
  if (price === null || plan.kind !== 'one_time') return null
  const opens = currentTerms(planKey).features.map((feature) => catalogue.features[feature].name)
  return (
    <article
      aria-labelledby={`plan-${planKey}`}
      className="flex flex-col justify-between gap-6 rounded-card border border-line bg-surface p-6"
    >
      <div className="flex items-start justify-between gap-4">
        <div className="flex min-w-0 flex-col gap-1">
          <h3 id={`plan-${planKey}`} className="text-lg font-semibold">
            {plan.name}
          </h3>
          <p className="text-muted">{plan.tagline}</p>
          {opens.length > 0 && (
            <p className="mt-2 text-sm text-muted">{new Intl.ListFormat('en-GB').format(opens)}.</p>
          )}
        </div>
        <p className="shrink-0 text-right">
          <span className="figures block text-xl font-semibold">{formatPrice(price.unitAmount)}</span>
          <span className="text-sm text-muted">
            {plan.durationDays === null ? 'once' : `for ${plan.durationDays} days`}
          </span>
        </p>
      </div>
      {standing === 'owned' ? (
        <div className="flex min-h-target items-center">
          <Badge tone="good">Yours</Badge>
        </div>
      ) : (
        <CheckoutForm
          action={startCheckout}
          plan={planKey}
          interval={null}
          returnTo={returnTo}
          label={`Buy ${plan.name}`}
          look="secondary"
        />
      )}
    </article>
  )
}
