import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { currentUser } from '#src/infrastructure/auth/current-user.ts'
import { Deferred } from '#src/shared/ui/Deferred.tsx'
import { Notice } from '#src/shared/ui/Notice.tsx'
import { Outage } from '#src/shared/ui/Outage.tsx'
import { Page } from '#src/shared/ui/Page.tsx'
import { OUTAGE, orOutage } from '../../outage.ts'
import { type SearchParams, searchParamReader } from '../../search-params.ts'
import { BillingDetails } from './BillingDetails.tsx'
import { BillingSkeleton } from './BillingSkeleton.tsx'

export const metadata: Metadata = { title: 'Account' }

interface BillingPageProps {
  readonly searchParams: SearchParams
}

/** What do I have, until when, and why? */
export default async function BillingPage({ searchParams }: BillingPageProps) {
  const param = await searchParamReader(searchParams)
  const user = await orOutage(currentUser())
  if (user === null) redirect('/sign-in?return_to=%2Faccount%2Fbilling')
  return (
    <Page width="measure">
      <header className="flex flex-col gap-1">
        <h1 className="text-2xl font-semibold">Your account</h1>
        {user === OUTAGE || user.email === null ? null : <p className="break-all text-muted">{user.email}</p>}
      </header>
      {param('notice') === 'unavailable' ? (
        <Notice tone="bad" title="The portal did not open">
          Your plan is as it was. Try again in a moment.
        </Notice>
      ) : null}
      {user === OUTAGE ? (
        <Outage
          what="We cannot tell who you are right now"
          safe="You are still signed in, and your plan is as it was."
          retryHref="/account/billing"
        />
      ) : (
        <Deferred fallback={<BillingSkeleton />}>
          <BillingDetails userId={user.id} />
        </Deferred>
      )}
    </Page>
  )
}
