import type { Metadata } from 'next'
import Link from 'next/link'
import { redirect } from 'next/navigation'
import { currentUser } from '#src/infrastructure/auth/current-user.ts'
import { safeReturnPath } from '#src/infrastructure/auth/return-path.ts'
import { Page } from '#src/shared/ui/Page.tsx'
import { signIn } from '../actions/session.ts'
import { OUTAGE, orOutage } from '../outage.ts'
import { SignInForm } from '../SignInForm.tsx'
import { type SearchParams, searchParamReader } from '../search-params.ts'

export const metadata: Metadata = { title: 'Sign in' }

interface SignInPageProps {
  readonly searchParams: SearchParams
}

/** Who are you? Leads back to `return_to`. */
export default async function SignInPage({ searchParams }: SignInPageProps) {
  const param = await searchParamReader(searchParams)
  const returnTo = safeReturnPath(param('return_to'), '/insights')
  const user = await orOutage(currentUser())
  if (user !== null && user !== OUTAGE) redirect(returnTo)
  return (
    <Page width="form">
      <h1 className="text-2xl font-semibold">Sign in</h1>
      <SignInForm kind="sign-in" action={signIn} returnTo={returnTo} />
      <p className="text-muted">
        New here?{' '}
        <Link
          href={`/sign-up?${new URLSearchParams({ return_to: returnTo })}`}
          prefetch={false}
          className="font-semibold text-accent-text underline underline-offset-4"
        >
          Make an account
        </Link>
      </p>
    </Page>
  )
}
