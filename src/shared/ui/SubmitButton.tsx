'use client'

import { LoaderCircle } from 'lucide-react'
import type { MouseEvent, ReactNode } from 'react'
import { useFormStatus } from 'react-dom'
import { type ButtonLook, buttonClasses } from './button-classes.ts'

interface SubmitButtonProps {
  readonly children: ReactNode
  /** What the button says while the form is on its way. */
  readonly pendingLabel: string
  readonly look?: ButtonLook
  readonly className?: string
}

/**
 * Submits its form once: while the action runs it says so and takes no second click. It stays focusable then, so that
 * a keyboard user is not thrown to the top of the page. Without JavaScript it is an ordinary submit button.
 */
export function SubmitButton({ children, pendingLabel, look = 'primary', className }: SubmitButtonProps) {
  const { pending } = useFormStatus()
  const refuseSecondClick = (event: MouseEvent) => {
    if (pending) event.preventDefault()
  }
  return (
    <button
      type="submit"
      aria-disabled={pending}
      onClick={refuseSecondClick}
      className={buttonClasses(look, className)}
    >
      {pending ? (
        <>
          <LoaderCircle aria-hidden className="size-icon animate-spin" />
          {pendingLabel}
        </>
      ) : (
        children
      )}
    </button>
  )
}
