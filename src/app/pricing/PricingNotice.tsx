import type { ReactNode } from 'react'
import { catalogue, type Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { planOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { CheckoutForm } from '#src/features/billing/ui/CheckoutForm.tsx'
import type { CheckoutChoice } from '#src/features/billing/ui/checkout-choice.ts'
import type { FormAction } from '#src/features/billing/ui/form-action.ts'
import { ManageForm } from '#src/features/billing/ui/ManageForm.tsx'
import { planThatOpens } from '#src/features/billing/ui/offer.ts'
import { Notice } from '#src/shared/ui/Notice.tsx'

interface PricingNoticeProps {
  /** A word from the address; what is not one of ours says nothing. */
  readonly notice: string | undefined
  readonly feature: string | undefined
  readonly choice: CheckoutChoice | null
  readonly returnTo: string | null
  readonly startCheckout: FormAction
  readonly openPortal: FormAction
}

/** Why the visitor is here (again), and how to go on. */
export function PricingNotice(props: PricingNoticeProps): ReactNode {
  const { notice, feature, choice, openPortal } = props
  switch (notice) {
    case 'continue':
      return <Continue {...props} />
    case 'subscribed':
      return (
        <Notice
          tone="info"
          title="You already have this"
          action={<ManageForm action={openPortal} label="Manage your plan" />}
        >
          Nothing was charged. Changing the plan, the card or the number of seats happens in the portal.
        </Notice>
      )
    case 'in_progress':
      return (
        <Notice tone="info" title="Another checkout of yours is just being opened">
          It may be in another tab. Wait a few seconds, then try again; nothing is charged twice.
        </Notice>
      )
    case 'unavailable':
      return (
        <Notice tone="bad" title="The checkout did not open">
          Nothing was charged. Try again in a moment
          {choice ? `; your choice, ${planOf(choice.plan).name}, is kept` : ''}.
        </Notice>
      )
    case 'too_many':
      return (
        <Notice tone="warning" title="That was a lot of tries">
          Nothing was charged. Wait a minute, then try again.
        </Notice>
      )
    case 'invalid':
      return (
        <Notice tone="bad" title="This cannot be bought like that">
          Nothing was charged. Choose one of the plans below; Team takes a whole number of seats.
        </Notice>
      )
  }
  return isFeature(feature) ? <Refused feature={feature} /> : null
}

function Continue({ choice, returnTo, startCheckout }: PricingNoticeProps) {
  if (choice === null) return null
  const interval = choice.interval && { month: ', monthly', year: ', yearly' }[choice.interval]
  const plan = planOf(choice.plan)
  const hasSeats = plan.kind === 'subscription' && plan.seats !== undefined
  return (
    <Notice
      tone="good"
      title="You are signed in"
      action={
        <CheckoutForm
          action={startCheckout}
          plan={choice.plan}
          interval={choice.interval}
          returnTo={returnTo}
          label="Continue to payment"
        >
          {hasSeats ? <input type="hidden" name="quantity" value={choice.quantity} /> : null}
        </CheckoutForm>
      }
    >
      Your choice is kept: {plan.name}
      {interval}
      {hasSeats ? `, ${choice.quantity} seats` : ''}.
    </Notice>
  )
}

function Refused({ feature }: { readonly feature: Feature }) {
  const planKey = planThatOpens(feature)
  return (
    <Notice tone="info" title={`${catalogue.features[feature].name} is not in your plan yet`}>
      {planKey ? `${planOf(planKey).name} opens it. ` : ''}After the payment you are taken back to where you
      were.
    </Notice>
  )
}

function isFeature(word: string | undefined): word is Feature {
  return word !== undefined && Object.hasOwn(catalogue.features, word)
}
