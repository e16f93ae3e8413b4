'use client'

import { useActionState } from 'react'
import { Notice } from '#src/shared/ui/Notice.tsx'
import { SubmitButton } from '#src/shared/ui/SubmitButton.tsx'
import { TextField } from '#src/shared/ui/TextField.tsx'
import { PASSWORD_MIN, type SignInState } from './sign-in-state.ts'

interface SignInFormProps {
  readonly kind: 'sign-in' | 'sign-up'
  readonly action: (previous: SignInState, form: FormData) => Promise<SignInState>
  /** Where to go then; a path of ours. */
  readonly returnTo: string
}

const WORDS = {
  'sign-in': { submit: 'Sign in', pending: 'Signing in', autoComplete: 'current-password' },
  'sign-up': { submit: 'Make the account', pending: 'Making the account', autoComplete: 'new-password' },
}

/** E-mail and password. Works as a plain form post; the answer's words stand beside their field. */
export function SignInForm({ kind, action, returnTo }: SignInFormProps) {
  const [state, submit] = useActionState(action, { email: '' })
  const words = WORDS[kind]
  const problemOf = (field: string) => (state.problem?.field === field ? state.problem.text : undefined)
  if (state.confirmationSent) {
    return (
      <Notice tone="info" title="Look into your mailbox">
        If an account can be made for {state.email}, a link is on its way there. Open it, then sign in.
      </Notice>
    )
  }
  return (
    <form action={submit} noValidate className="flex flex-col gap-6">
      {problemOf('form') ? <Notice tone="bad" title={problemOf('form')} /> : null}
      <input type="hidden" name="return_to" value={returnTo} />
      <TextField
        name="email"
        label="E-mail address"
        type="email"
        autoComplete="email"
        spellCheck={false}
        maxLength={320}
        required
        defaultValue={state.email}
        error={problemOf('email')}
      />
      <TextField
        name="password"
        label="Password"
        type="password"
        autoComplete={words.autoComplete}
        maxLength={72}
        required
        hint={kind === 'sign-up' ? `At least ${PASSWORD_MIN} characters.` : undefined}
        error={problemOf('password')}
      />
      <SubmitButton pendingLabel={words.pending}>{words.submit}</SubmitButton>
    </form>
  )
}
