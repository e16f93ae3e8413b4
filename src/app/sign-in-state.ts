import type { AuthError } from '@supabase/supabase-js'

/** What is wrong and what to do, beside its field or above the form. */
export interface Problem {
  readonly field: 'email' | 'password' | 'form'
  readonly text: string
}

/** What a sign-in or sign-up form knows after it was sent. The password is never kept. */
export interface SignInState {
  readonly email: string
  readonly problem?: Problem
  readonly confirmationSent?: true
}

/** Shortest password for a new account, in characters. */
export const PASSWORD_MIN = 8

/** What went wrong with signing in. A wrong password and an unknown address answer alike. */
export function signInProblem(error: AuthError): Problem {
  return (
    commonProblem(error) ?? {
      field: 'form',
      text: 'This e-mail address and password do not go together. Check both and try again.',
    }
  )
}

/** What went wrong with signing up. A known address answers like any other refusal. */
export function signUpProblem(error: AuthError): Problem {
  if (error.code === 'weak_password') {
    return {
      field: 'password',
      text: `Choose another password: at least ${PASSWORD_MIN} characters, and none that is well known.`,
    }
  }
  return (
    commonProblem(error) ?? {
      field: 'form',
      text: 'No account could be made with these. If you have one already, sign in instead.',
    }
  )
}

function commonProblem(error: AuthError): Problem | null {
  if (error.status === 429) {
    return { field: 'form', text: 'Too many tries. Wait a minute, then try again.' }
  }
  if (error.status === undefined || error.status === 0 || error.status >= 500) {
    return {
      field: 'form',
      text: 'Signing in does not work right now. Nothing was changed; try again in a moment.',
    }
  }
  return null
}
