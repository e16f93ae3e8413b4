import { catalogue } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { Badge } from '#src/shared/ui/Badge.tsx'
import { ButtonLink } from '#src/shared/ui/ButtonLink.tsx'
import { OfferLines } from './OfferLines.tsx'
import { formatPrice, offerLines } from './offer.ts'

interface FreeCardProps {
  readonly isSignedIn: boolean
  readonly isCurrent: boolean
}

/** What everybody has. There is nothing to buy, only an account to make. */
export function FreeCard({ isSignedIn, isCurrent }: FreeCardProps) {
  return (
    <article
      aria-labelledby="plan-free"
      className="flex flex-col gap-6 rounded-card md:row-span-4 md:grid md:grid-rows-subgrid border border-line bg-surface p-6"
    >
      <header className="flex flex-col gap-1">
        <div className="flex flex-wrap items-center justify-between gap-2">
          <h2 id="plan-free" className="text-xl font-semibold">
            {catalogue.free.name}
          </h2>
          {isCurrent ? <Badge tone="good">Your plan</Badge> : null}
        </div>
        <p className="text-muted">{catalogue.free.tagline}</p>
      </header>
      <div>
        <p className="flex flex-wrap items-baseline gap-2">
          <span className="figures text-3xl font-semibold tracking-tight">{formatPrice(0)}</span>
          <span className="text-muted">for as long as you like</span>
        </p>
        <p className="mt-1 text-sm text-muted">No card needed</p>
      </div>
      {isSignedIn ? (
        <p className="flex min-h-target items-center text-muted md:self-end">
          {isCurrent ? 'This is what you have now.' : 'Comes with every account.'}
        </p>
      ) : (
        <ButtonLink href="/sign-up" look="secondary" className="w-full self-end">
          Sign up
        </ButtonLink>
      )}
      <OfferLines lines={offerLines('free')} />
    </article>
  )
}
