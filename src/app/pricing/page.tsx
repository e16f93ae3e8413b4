import type { Metadata } from 'next'
import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { ComparisonTable } from '#src/features/billing/ui/ComparisonTable.tsx'
import {
  type CheckoutChoice,
  parseChoice,
  parseInterval,
  pricingPath,
} from '#src/features/billing/ui/checkout-choice.ts'
import { FreeCard } from '#src/features/billing/ui/FreeCard.tsx'
import { IntervalSwitch } from '#src/features/billing/ui/IntervalSwitch.tsx'
import { oneTimePlans, subscriptionPlans } from '#src/features/billing/ui/offer.ts'
import { isOnFreePlan, planStanding } from '#src/features/billing/ui/ownership.ts'
import { PassCard } from '#src/features/billing/ui/PassCard.tsx'
import { PlanCard } from '#src/features/billing/ui/PlanCard.tsx'
import { PricingQuestions } from '#src/features/billing/ui/PricingQuestions.tsx'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'
import { billing } from '#src/infrastructure/composition-root.ts'
import type { Entitlements } from '#src/shared/types/billing.ts'
import { Notice } from '#src/shared/ui/Notice.tsx'
import { Page } from '#src/shared/ui/Page.tsx'
import { openPortal, startCheckout } from '../actions/billing.ts'
import { getEntitlements } from '../entitlements.ts'
import { OUTAGE, orOutage } from '../outage.ts'
import { type SearchParams, searchParamReader } from '../search-params.ts'
import { PricingNotice } from './PricingNotice.tsx'

export const metadata: Metadata = { title: 'Pricing' }

interface PricingPageProps {
  readonly searchParams: SearchParams
}

/** Which plan? The choice is kept in the address: `interval`, `plan`, `quantity`, and `feature` for who was refused one. */
export default async function PricingPage({ searchParams }: PricingPageProps) {
  const param = await searchParamReader(searchParams)
  const known = await orOutage(getEntitlements())
  const entitlements = known === OUTAGE ? null : known
  const choice = parseChoice({
    plan: param('plan'),
    interval: param('interval'),
    quantity: param('quantity'),
  })
  const interval = choice?.interval ?? parseInterval(param('interval'))
  const returnTo = safeReturnPath(param('return_to'), '') || null
  const keep: Record<string, string> = returnTo === null ? {} : { return_to: returnTo }
  const mayTry = entitlements === null || (await isTrialFor(entitlements))
  const actions = { startCheckout, openPortal, returnTo }
  return (
    <Page width="page">
      <div className="flex flex-col items-center gap-4 text-center">
        <h1 className="text-3xl font-semibold">Plans and prices</h1>
        <p className="max-w-measure text-lg text-muted">
          Start for nothing. Pay when Insights pays for itself.
        </p>
        <IntervalSwitch
          current={interval}
          hrefOf={(other) => pricingPath(switched(choice, other), { ...keep, interval: other })}
        />
      </div>
      {known === OUTAGE ? (
        <Notice tone="warning" title="We cannot see right now which plan you have">
          The prices below are right. Nothing you have is changed.
        </Notice>
      ) : null}
      <PricingNotice
        notice={param('notice')}
        feature={param('feature')}
        choice={choice}
        returnTo={returnTo}
        startCheckout={startCheckout}
        openPortal={openPortal}
      />
      <div id="plans" className="grid gap-4 md:grid-cols-3 md:grid-rows-[auto_auto_auto_1fr]">
        <FreeCard isSignedIn={known !== null} isCurrent={isOnFreePlan(entitlements)} />
        {subscriptionPlans.map((planKey) => (
          <PlanCard
            key={planKey}
            planKey={planKey}
            interval={interval}
            standing={planStanding(planKey, entitlements)}
            quantity={seatsOf(planKey, choice)}
            mayTry={mayTry}
            {...actions}
          />
        ))}
      </div>
      <section aria-labelledby="passes" className="flex flex-col gap-4">
        <h2 id="passes" className="text-xl font-semibold">
          Without a subscription
        </h2>
        <div className="grid gap-4 md:grid-cols-2">
          {oneTimePlans.map((planKey) => (
            <PassCard
              key={planKey}
              planKey={planKey}
              standing={planStanding(planKey, entitlements)}
              returnTo={returnTo}
              startCheckout={startCheckout}
            />
          ))}
        </div>
      </section>
      <section aria-labelledby="comparison" className="flex flex-col gap-4">
        <h2 id="comparison" className="text-xl font-semibold">
          Side by side
        </h2>
        <ComparisonTable />
      </section>
      <section aria-labelledby="questions" className="flex flex-col gap-4">
        <h2 id="questions" className="text-xl font-semibold">
          Before you pay
        </h2>
        <PricingQuestions />
      </section>
    </Page>
  )
}

/** Whether a trial is for a signed-in visitor (F89). Who has a subscription cannot buy one; and none is promised unseen. */
async function isTrialFor(entitlements: Entitlements): Promise<boolean> {
  if (subscriptionPlans.every((planKey) => planStanding(planKey, entitlements) !== 'buy')) return false
  const account = await orOutage(billing().readBillingAccount.execute(entitlements.userId))
  return account !== OUTAGE && account.mayTry
}

/** The same choice at the other interval; a plan that is paid once has none to switch. */
function switched(choice: CheckoutChoice | null, interval: 'month' | 'year'): CheckoutChoice | null {
  return choice?.interval ? { ...choice, interval } : null
}

function seatsOf(planKey: keyof typeof catalogue.plans, choice: CheckoutChoice | null): number {
  const plan = catalogue.plans[planKey]
  const least = plan.kind === 'subscription' ? (plan.seats?.min ?? 1) : 1
  return choice?.plan === planKey ? choice.quantity : least
}
