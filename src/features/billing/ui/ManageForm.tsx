import type { ButtonLook } from '#src/shared/ui/button-classes.ts'
import { SubmitButton } from '#src/shared/ui/SubmitButton.tsx'
import type { FormAction } from './form-action.ts'

interface ManageFormProps {
  readonly action: FormAction
  readonly label: string
  readonly look?: ButtonLook
}

/** Opens Stripe's customer portal, where cards, plans and cancellations are handled. */
export function ManageForm({ action, label, look = 'secondary' }: ManageFormProps) {
  return (
    <form action={action} className="flex flex-col justify-end">
      <SubmitButton pendingLabel="Opening the portal" look={look} className="w-full">
        {label}
      </SubmitButton>
    </form>
  )
}
