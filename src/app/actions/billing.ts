'use server'

import { redirect } from 'next/navigation'
import { CreateCheckoutSessionRequest } from '#src/features/billing/application/checkout/dto/CreateCheckoutSessionRequest.ts'
import { type CheckoutChoice, parseChoice, pricingPath } from '#src/features/billing/ui/checkout-choice.ts'
import { freshUser } from '#src/infrastructure/auth/current-user.ts'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'
import { billing } from '#src/infrastructure/composition-root.ts'
import { rememberCheckout } from '../checkout-memory.ts'
import { OUTAGE, orOutage } from '../outage.ts'
import { requireOwnForm } from './own-form.ts'

/**
 * Sends the buyer to Stripe's page for the plan in the form; signed out, to sign in first with the choice kept; refused,
 * back to the plans with a word on why. Takes `plan`, `interval`, `quantity` and `return_to`, and never an amount.
 */
export async function startCheckout(form: FormData): Promise<void> {
  await requireOwnForm()
  const returnTo = safeReturnPath(form.get('return_to'), '')
  const choice = parseChoice({
    plan: form.get('plan'),
    interval: form.get('interval'),
    quantity: form.get('quantity'),
  })
  const back = (notice?: string): string =>
    pricingPath(choice, { ...(returnTo && { return_to: returnTo }), ...(notice && { notice }) })
  const request = CreateCheckoutSessionRequest.safeParse(requestOf(choice, form.get('quantity')))
  if (choice === null || !request.success) redirect(back('invalid'))

  const user = await orOutage(freshUser())
  if (user === OUTAGE) redirect(back('unavailable'))
  if (user === null) redirect(`/sign-in?${new URLSearchParams({ return_to: back('continue') })}`)

  const result = await orOutage(billing().createCheckoutSession.execute({ user, request: request.data }))
  if (result === OUTAGE) redirect(back('unavailable'))
  switch (result.kind) {
    case 'created':
      await rememberCheckout(choice, returnTo || null)
      return redirect(result.session.url)
    case 'already_subscribed':
      return redirect(back('subscribed'))
    case 'checkout_in_progress':
      return redirect(back('in_progress'))
    case 'rate_limited':
      return redirect(back('too_many'))
    case 'invalid_promotion_code':
      return redirect(back('invalid'))
    default:
      return result satisfies never
  }
}

/** Sends the customer to Stripe's portal; who is none, to the plans. */
export async function openPortal(): Promise<void> {
  await requireOwnForm()
  const user = await orOutage(freshUser())
  if (user === OUTAGE) redirect('/account/billing?notice=unavailable')
  if (user === null) redirect('/sign-in?return_to=%2Faccount%2Fbilling')
  const result = await orOutage(
    billing().openBillingPortal.execute({ userId: user.id, returnPath: '/account/billing' }),
  )
  if (result === OUTAGE) redirect('/account/billing?notice=unavailable')
  redirect(result.kind === 'opened' ? result.url : '/pricing')
}

/** The form's own number of seats counts, not the one moved into the bounds: what is out of bounds is refused. */
function requestOf(choice: CheckoutChoice | null, quantity: FormDataEntryValue | null): unknown {
  return {
    plan: choice?.plan,
    ...(choice?.interval && { interval: choice.interval }),
    ...(typeof quantity === 'string' && quantity !== '' && { quantity: Number(quantity) }),
  }
}
