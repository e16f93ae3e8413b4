import type { Metadata } from 'next'
import { planOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { parseChoice, pricingPath } from '#src/features/billing/ui/checkout-choice.ts'
import { ButtonLink } from '#src/shared/ui/ButtonLink.tsx'
import { Page } from '#src/shared/ui/Page.tsx'
import { recallCheckout } from '../../checkout-memory.ts'
import { type SearchParams, searchParamReader } from '../../search-params.ts'

export const metadata: Metadata = { title: 'Checkout cancelled', robots: { index: false } }

interface CancelledPageProps {
  readonly searchParams: SearchParams
}

/** Nothing was charged; back to the plans with the choice kept. */
export default async function CancelledPage({ searchParams }: CancelledPageProps) {
  const param = await searchParamReader(searchParams)
  const memory = await recallCheckout()
  const choice =
    parseChoice({ plan: param('plan'), interval: param('interval'), quantity: param('quantity') }) ??
    memory.choice
  const keep: Record<string, string> = memory.returnTo === null ? {} : { return_to: memory.returnTo }
  return (
    <Page width="measure">
      <div className="flex flex-col items-start gap-6">
        <div className="flex flex-col gap-2">
          <h1 className="text-2xl font-semibold">Nothing was charged</h1>
          <p className="text-lg text-muted">
            You left the checkout before paying.{' '}
            {choice
              ? `Your choice, ${planOf(choice.plan).name}, is kept.`
              : 'The plans are where you left them.'}
          </p>
        </div>
        <ButtonLink href={pricingPath(choice, keep)}>Back to the plans</ButtonLink>
      </div>
    </Page>
  )
}
