import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { currentUser } from '#src/infrastructure/auth/current-user.ts'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'
import { Page } from '#src/shared/ui/Page.tsx'
import { signUp } from '../actions/session.ts'
import { OUTAGE, orOutage } from '../outage.ts'
import { SignInForm } from '../SignInForm.tsx'
import { type SearchParams, searchParamReader } from '../search-params.ts'

export const metadata: Metadata = { title: 'Make an account' }

interface SignUpPageProps {
  readonly searchParams: SearchParams
}

/** The free plan begins here. Leads on to `return_to`. */
export default async function SignUpPage({ searchParams }: SignUpPageProps) {
  const param = await searchParamReader(searchParams)
  const returnTo = safeReturnPath(param('return_to'), '/insights')
  const user = await orOutage(currentUser())
  if (user !== null && user !== OUTAGE) redirect(returnTo)
  return (
    <Page width="form">
      <div>
        <h1 className="text-2xl font-semibold">Make an account</h1>
        <p className="mt-2 text-muted">Free, and no card needed.</p>
      </div>
      <SignInForm kind="sign-up" action={signUp} returnTo={returnTo} />
      <p className="text-muted">
        Have one already?{' '}
        <Link
          href={`/sign-in?${new URLSearchParams({ return_to: returnTo })}`}
          prefetch={false}
          className="font-semibold text-accent-text underline underline-offset-4"
        >
          Sign in
        </Link>
      </p>
    </Page>
  )
}
