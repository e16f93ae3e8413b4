'use server'

import { redirect } from 'next/navigation'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'
import { forgetSession, sessionClient } from '#src/infrastructure/auth/session-client.ts'
import {
  PASSWORD_MIN,
  type Problem,
  type SignInState,
  signInProblem,
  signUpProblem,
} from '../sign-in-state.ts'
import { requireOwnForm } from './own-form.ts'

/** Signs in by `email` and `password` and goes on to `return_to`; else says what to do, the same whoever exists. */
export async function signIn(_previous: SignInState, form: FormData): Promise<SignInState> {
  await requireOwnForm()
  const { email, password, returnTo } = fieldsOf(form)
  const missing = missingField(email, password)
  if (missing) return { email, problem: missing }
  const client = await sessionClient()
  const { error } = await client.auth.signInWithPassword({ email, password })
  if (error) return { email, problem: signInProblem(error) }
  redirect(returnTo)
}

/**
 * Makes an account and goes on to `return_to`. Where Supabase wants the address confirmed first, says so, for new and known
 * addresses alike.
 */
export async function signUp(_previous: SignInState, form: FormData): Promise<SignInState> {
  await requireOwnForm()
  const { email, password, returnTo } = fieldsOf(form)
  const missing = missingField(email, password) ?? tooShort(password)
  if (missing) return { email, problem: missing }
  const client = await sessionClient()
  const { data, error } = await client.auth.signUp({ email, password })
  if (error) return { email, problem: signUpProblem(error) }
  if (data.session === null) return { email, confirmationSent: true }
  redirect(returnTo)
}

/** Ends the session in this browser, at the auth server too where it can be reached. */
export async function signOut(): Promise<void> {
  await requireOwnForm()
  const client = await sessionClient()
  const { error } = await client.auth.signOut({ scope: 'local' })
  if (error) await forgetSession()
  redirect('/')
}

function fieldsOf(form: FormData): { email: string; password: string; returnTo: string } {
  const text = (name: string) => {
    const value = form.get(name)
    return typeof value === 'string' ? value : ''
  }
  return {
    email: text('email').trim().slice(0, 320),
    password: text('password').slice(0, 1_024),
    returnTo: safeReturnPath(text('return_to'), '/insights'),
  }
}

function missingField(email: string, password: string): Problem | null {
  if (!/^\S+@\S+$/.test(email))
    return { field: 'email', text: 'Enter your e-mail address, like name@example.com.' }
  if (password === '') return { field: 'password', text: 'Enter your password.' }
  return null
}

function tooShort(password: string): Problem | null {
  if (password.length >= PASSWORD_MIN) return null
  return { field: 'password', text: `Choose a longer password: at least ${PASSWORD_MIN} characters.` }
}
