import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { catalogue, type Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { planOf, priceOf, termsOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import type { Entitlement, Entitlements } from '#src/shared/types/billing.ts'
import { ButtonLink } from '#src/shared/ui/ButtonLink.tsx'
import { Notice } from '#src/shared/ui/Notice.tsx'
import { CheckoutForm } from './CheckoutForm.tsx'
import { pricingPath } from './checkout-choice.ts'
import type { FormAction } from './form-action.ts'
import { formatPrice, planThatOpens } from './offer.ts'
import { planStanding } from './ownership.ts'
import { holdReason } from './status-line.ts'

interface PaywallProps {
  readonly feature: Feature
  /** Null for a visitor who is not signed in. */
  readonly entitlements: Entitlements | null
  /** The gated page, to come back to. */
  readonly returnTo: string
  readonly startCheckout: FormAction
  /** A picture of what is behind, drawn without anybody's data. */
  readonly picture?: ReactNode
}

/**
 * Stands in place of a page that the visitor may not see: what it does, what opens it, what that costs, one button. Who has
 * paid for it but is on hold is told so instead of being sold it again.
 */
export function Paywall({ feature, entitlements, returnTo, startCheckout, picture }: PaywallProps) {
  const { name, description } = catalogue.features[feature]
  const held = entitlements?.held.find((source) =>
    termsOf(source.plan, source.planVersion)?.features.includes(feature),
  )
  return (
    <section
      aria-labelledby="paywall-title"
      className="grid items-center gap-8 overflow-hidden rounded-card border border-line bg-surface p-6 md:grid-cols-2 md:p-8"
    >
      <div className="flex flex-col items-start gap-6">
        <span className="inline-flex size-target items-center justify-center rounded-full bg-accent-soft text-accent-text">
          <Lock aria-hidden className="size-icon" />
        </span>
        <div className="flex flex-col gap-2">
          <h1 id="paywall-title" className="text-2xl font-semibold">
            {name}
          </h1>
          <p className="text-lg text-muted">{description}.</p>
        </div>
        {held ? (
          <Held source={held} />
        ) : (
          <Offer
            feature={feature}
            entitlements={entitlements}
            returnTo={returnTo}
            startCheckout={startCheckout}
          />
        )}
      </div>
      {picture ? <div aria-hidden="true">{picture}</div> : null}
    </section>
  )
}

function Held({ source }: { readonly source: Entitlement }) {
  return (
    <Notice
      tone="bad"
      title={`Your ${planOf(source.plan).name} opens this, but it is on hold`}
      action={
        <ButtonLink href="/account/billing" look="secondary">
          See your account
        </ButtonLink>
      }
    >
      {holdReason(source.holds)}
    </Notice>
  )
}

function Offer({ feature, entitlements, returnTo, startCheckout }: Omit<PaywallProps, 'picture'>) {
  const planKey = planThatOpens(feature)
  const price = planKey && priceOf(planKey, 'month')
  const compare = pricingPath(null, { feature, return_to: returnTo })
  if (!planKey || !price || planStanding(planKey, entitlements) !== 'buy') {
    return <ButtonLink href={compare}>See the plans</ButtonLink>
  }
  const plan = planOf(planKey)
  return (
    <div className="flex w-full flex-col gap-4">
      <p>
        Part of <strong className="font-semibold">{plan.name}</strong>, from{' '}
        <strong className="figures font-semibold">{formatPrice(price.unitAmount)}</strong> a month.
      </p>
      <div className="flex flex-col gap-2 sm:flex-row">
        <CheckoutForm
          action={startCheckout}
          plan={planKey}
          interval="month"
          returnTo={returnTo}
          label={`Get ${plan.name}`}
        />
        <ButtonLink href={compare} look="quiet">
          Compare all plans
        </ButtonLink>
      </div>
    </div>
  )
}
