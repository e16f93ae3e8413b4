import { ButtonLink } from '#src/shared/ui/ButtonLink.tsx'
import { getEntitlements } from './entitlements.ts'
import { InsightsPicture } from './insights/InsightsPicture.tsx'
import { OUTAGE, orOutage } from './outage.ts'

/** What is this? A sentence, a picture, one button. */
export default async function HomePage() {
  const entitlements = await orOutage(getEntitlements())
  const isOpen = entitlements !== OUTAGE && entitlements?.features.includes('insights')
  return (
    <div className="mx-auto grid w-full max-w-page items-center md:my-auto gap-12 px-4 py-12 sm:px-6 md:grid-cols-5 md:py-18">
      <div className="flex flex-col items-start gap-6 md:col-span-2">
        <h1 className="text-3xl font-semibold">A payment becomes access, exactly once.</h1>
        <p className="text-lg text-muted">
          This is a small product behind a tollgate: pay for Insights on a Stripe page, come back, and the
          page is open.
        </p>
        {isOpen ? (
          <ButtonLink href="/insights">Open Insights</ButtonLink>
        ) : (
          <ButtonLink href="/pricing">See the plans</ButtonLink>
        )}
      </div>
      <div className="md:col-span-3">
        <InsightsPicture label="The Insights page: four key figures, revenue over twelve months, customers won and lost" />
      </div>
    </div>
  )
}
