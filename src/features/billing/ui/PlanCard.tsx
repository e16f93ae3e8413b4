import { catalogue, type PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { BillingInterval } from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import { planOf, priceOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { Badge } from '#src/shared/ui/Badge.tsx'
import { classNames } from '#src/shared/ui/class-names.ts'
import { CheckoutForm } from './CheckoutForm.tsx'
import type { FormAction } from './form-action.ts'
import { ManageForm } from './ManageForm.tsx'
import { OfferLines } from './OfferLines.tsx'
import { offerLines } from './offer.ts'
import type { PlanStanding } from './ownership.ts'
import { PriceTag } from './PriceTag.tsx'
import { SeatsStepper } from './SeatsStepper.tsx'

interface PlanCardProps {
  readonly planKey: PlanKey
  readonly interval: BillingInterval
  readonly standing: PlanStanding
  /** Seats to begin with. */
  readonly quantity: number
  /** Whether a trial is for them. */
  readonly mayTry: boolean
  readonly returnTo: string | null
  readonly startCheckout: FormAction
  readonly openPortal: FormAction
}

/** A plan that renews: what it costs, the one thing to do about it, and what it opens. */
export function PlanCard(props: PlanCardProps) {
  const { planKey, interval, standing } = props
  const plan = planOf(planKey)
  const mine = standing === 'manage'
  return (
    <article
      aria-labelledby={`plan-${planKey}`}
      className={classNames(
        'flex flex-col gap-6 rounded-card md:row-span-4 md:grid md:grid-rows-subgrid border bg-surface p-6',
        plan.recommended ? 'border-accent ring-1 ring-accent' : 'border-line',
      )}
    >
      <header className="flex flex-col gap-1">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 id={`plan-${planKey}`} className="text-xl font-semibold">
            {plan.name}
          </h2>
          {mine ? <Badge tone="good">Your plan</Badge> : null}
          {plan.recommended && !mine ? <Badge tone="accent">Recommended</Badge> : null}
        </div>
        <p className="text-muted">{plan.tagline}</p>
      </header>
      <PriceTag planKey={planKey} interval={interval} />
      <PlanAction {...props} />
      <OfferLines lines={offerLines(planKey)} />
    </article>
  )
}

function PlanAction({
  planKey,
  interval,
  standing,
  quantity,
  mayTry,
  returnTo,
  startCheckout,
  openPortal,
}: PlanCardProps) {
  const plan = planOf(planKey)
  if (standing !== 'buy') {
    const label = standing === 'manage' ? 'Manage' : `Change to ${plan.name}`
    return <ManageForm action={openPortal} label={label} />
  }
  const trialDays = plan.kind === 'subscription' && mayTry ? plan.trialDays : undefined
  const seats = plan.kind === 'subscription' ? plan.seats : undefined
  const seatAmount = priceOf(planKey, interval)?.unitAmount
  return (
    <CheckoutForm
      action={startCheckout}
      plan={planKey}
      interval={interval}
      returnTo={returnTo}
      label={trialDays ? `Try ${plan.name} for ${trialDays} days` : `Get ${plan.name}`}
      look={plan.recommended ? 'primary' : 'secondary'}
    >
      {seats && seatAmount !== undefined ? (
        <SeatsStepper
          min={seats.min}
          max={seats.max}
          initial={quantity}
          seatAmount={seatAmount}
          currency={catalogue.currency}
          interval={interval}
        />
      ) : null}
    </CheckoutForm>
  )
}
