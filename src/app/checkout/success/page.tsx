import { CircleCheck, CircleX, Hourglass } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import type { ReactNode } from 'react'
import type { ConfirmCheckoutResult } from '#src/features/billing/application/checkout/ConfirmCheckout.ts'
import { planOf } from '#src/features/billing/domain/catalogue/lookup.ts'
import { receiptLine } from '#src/features/billing/ui/receipt-line.ts'
import { statusLine } from '#src/features/billing/ui/status-line.ts'
import { freshUser } from '#src/infrastructure/auth/current-user.ts'
import { ButtonLink } from '#src/shared/ui/ButtonLink.tsx'
import { buttonClasses } from '#src/shared/ui/button-classes.ts'
import { Outage } from '#src/shared/ui/Outage.tsx'
import { Page } from '#src/shared/ui/Page.tsx'
import { recallCheckout } from '../../checkout-memory.ts'
import { confirmCheckout, sessionIdOf } from '../../confirm-checkout.ts'
import { OUTAGE, orOutage } from '../../outage.ts'
import { type SearchParams, searchParamReader } from '../../search-params.ts'
import { UpdateItself } from './UpdateItself.tsx'

export const metadata: Metadata = { title: 'Your payment', robots: { index: false } }

interface SuccessPageProps {
  readonly searchParams: SearchParams
}

/**
 * Did it work? Stripe redirects here, and the first render already shows the access that was bought, whether or not
 * the webhook has come (I8). A session of somebody else's and an unknown one look alike.
 */
export default async function SuccessPage({ searchParams }: SuccessPageProps) {
  const sessionId = sessionIdOf((await searchParamReader(searchParams))('session_id'))
  if (sessionId === null) notFound()
  const here = `/checkout/success?session_id=${sessionId}`
  const user = await orOutage(freshUser())
  if (user === null) redirect(`/sign-in?${new URLSearchParams({ return_to: here })}`)
  const result = user === OUTAGE ? OUTAGE : await orOutage(confirmCheckout(user.id, sessionId))
  if (result === OUTAGE) {
    return (
      <Page width="measure">
        <Outage
          wholePage
          what="We cannot see your payment right now"
          safe="If Stripe said that you have paid, the money arrived, and your plan opens by itself."
          retryHref={here}
        />
      </Page>
    )
  }
  switch (result.kind) {
    case 'granted':
      return <Granted result={result} returnTo={(await recallCheckout()).returnTo ?? '/insights'} />
    case 'pending':
      return (
        <Answer
          icon={<Hourglass aria-hidden className="size-icon" />}
          title="We are waiting for your bank"
          text={`Your payment for ${planOf(result.plan).name} is on its way. This can take some days with some banks; your plan opens by itself when the money arrives.`}
        >
          <UpdateItself />
          <ButtonLink href="/account/billing" look="secondary">
            See your account
          </ButtonLink>
        </Answer>
      )
    case 'open':
      return (
        <Answer
          icon={<Hourglass aria-hidden className="size-icon" />}
          title="This checkout is not finished"
          text="Nothing was charged yet. You can go on where you left it."
        >
          <a href={result.url} className={buttonClasses('primary')}>
            Go on with the payment
          </a>
        </Answer>
      )
    case 'trial_refused':
      return (
        <Answer
          icon={<CircleX aria-hidden className="size-icon" />}
          title="The trial did not begin"
          text={`The trial is once for each card, and this card has had one. Your ${planOf(result.plan).name} subscription is over, and nothing more will be charged.`}
        >
          <ButtonLink href="/pricing">See the plans</ButtonLink>
        </Answer>
      )
    case 'not_found':
      return notFound()
  }
}

interface GrantedProps {
  readonly result: Extract<ConfirmCheckoutResult, { kind: 'granted' }>
  readonly returnTo: string
}

function Granted({ result: { plan, entitlements, receipt, trial }, returnTo }: GrantedProps) {
  const source = [...entitlements.active, ...entitlements.held].find((candidate) => candidate.plan === plan)
  const { text, row } = receiptLine(receipt, trial)
  const rows = [
    { label: 'Plan', value: planOf(plan).name },
    ...(source ? [{ label: 'Status', value: statusLine(source).text }] : []),
    ...(row === null ? [] : [row]),
  ]
  return (
    <Answer
      icon={<CircleCheck aria-hidden className="size-icon" />}
      title={`Welcome to ${planOf(plan).name}`}
      text={`${text}, and everything in your plan is open now.`}
    >
      <dl className="w-full divide-y divide-line rounded-card border border-line bg-surface">
        {rows.map(({ label, value }) => (
          <div key={label} className="flex flex-wrap justify-between gap-x-6 gap-y-1 px-4 py-3">
            <dt className="text-muted">{label}</dt>
            <dd className="figures font-semibold">{value}</dd>
          </div>
        ))}
      </dl>
      <ButtonLink href={returnTo}>
        {returnTo === '/insights' ? 'Open Insights' : 'Back to where you were'}
      </ButtonLink>
      <p className="text-sm text-muted">Invoices and everything about your plan are under Account.</p>
    </Answer>
  )
}

interface AnswerProps {
  readonly icon: ReactNode
  readonly title: string
  readonly text: string
  readonly children: ReactNode
}

function Answer({ icon, title, text, children }: AnswerProps) {
  return (
    <Page width="measure">
      <div className="flex flex-col items-start gap-6">
        <span className="inline-flex size-target items-center justify-center rounded-full bg-accent-soft text-accent-text">
          {icon}
        </span>
        <div className="flex flex-col gap-2">
          <h1 className="text-2xl font-semibold">{title}</h1>
          <p className="text-lg text-muted">{text}</p>
        </div>
        {children}
      </div>
    </Page>
  )
}
