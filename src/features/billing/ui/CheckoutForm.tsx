import type { ReactNode } from 'react'
import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { BillingInterval } from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import type { ButtonLook } from '#src/shared/ui/button-classes.ts'
import { SubmitButton } from '#src/shared/ui/SubmitButton.tsx'
import type { FormAction } from './form-action.ts'

interface CheckoutFormProps {
  readonly action: FormAction
  readonly plan: PlanKey
  readonly interval: BillingInterval | null
  /** Where to go when it is paid; a path of ours. */
  readonly returnTo: string | null
  readonly label: string
  readonly look?: ButtonLook
  /** More fields, as the number of seats. */
  readonly children?: ReactNode
}

/** Starts a checkout: the choice goes along as fields of the catalogue's own words, never as an amount. */
export function CheckoutForm({
  action,
  plan,
  interval,
  returnTo,
  label,
  look = 'primary',
  children,
}: CheckoutFormProps) {
  return (
    <form action={action} className="flex flex-col justify-end gap-4">
      <input type="hidden" name="plan" value={plan} />
      {interval ? <input type="hidden" name="interval" value={interval} /> : null}
      {returnTo ? <input type="hidden" name="return_to" value={returnTo} /> : null}
      {children}
      <SubmitButton pendingLabel="Opening the checkout" look={look} className="w-full">
        {label}
      </SubmitButton>
    </form>
  )
}
