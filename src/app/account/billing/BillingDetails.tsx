import type { BillingAccount } from '#src/features/billing/application/account/BillingAccount.ts'
import { catalogue, type Limit } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { InvoiceList } from '#src/features/billing/ui/InvoiceList.tsx'
import { ManageForm } from '#src/features/billing/ui/ManageForm.tsx'
import { PastDueBanner } from '#src/features/billing/ui/PastDueBanner.tsx'
import { SourceList } from '#src/features/billing/ui/SourceList.tsx'
import { billing } from '#src/infrastructure/composition-root.ts'
import { ButtonLink } from '#src/shared/ui/ButtonLink.tsx'
import { formatCount } from '#src/shared/ui/format-money.ts'
import { Outage } from '#src/shared/ui/Outage.tsx'
import { openPortal } from '../../actions/billing.ts'
import { OUTAGE, orOutage } from '../../outage.ts'

interface BillingDetailsProps {
  readonly userId: string
}

/** The plans, limits and invoices of one customer. */
export async function BillingDetails({ userId }: BillingDetailsProps) {
  const account = await orOutage(billing().readBillingAccount.execute(userId))
  if (account === OUTAGE) {
    return (
      <Outage
        what="We cannot read your billing right now"
        safe="Your plan and your invoices are as they were."
        retryHref="/account/billing"
      />
    )
  }
  const { entitlements, invoices, hasCustomer, paidFromFirstDay } = account
  const now = entitlements.asOf
  const sources = [...entitlements.active, ...entitlements.held]
  const pastDue = sources.find((source) => source.pastDueSince !== null)
  return (
    <>
      {pastDue ? (
        <PastDueBanner source={pastDue} invoices={invoices} now={now} openPortal={openPortal} />
      ) : null}
      <section aria-labelledby="plan" className="flex flex-col gap-4">
        <div className="flex flex-wrap items-center justify-between gap-4">
          <h2 id="plan" className="text-xl font-semibold">
            Your plan
          </h2>
          {hasCustomer && !pastDue ? (
            <ManageForm action={openPortal} label="Manage plan and payment" />
          ) : null}
        </div>
        {sources.length === 0 ? (
          <FreePlan />
        ) : (
          <SourceList sources={sources} now={now} paidFromFirstDay={paidFromFirstDay} />
        )}
      </section>
      <Limits limits={entitlements.limits} />
      <section aria-labelledby="invoices" className="flex flex-col gap-4">
        <h2 id="invoices" className="text-xl font-semibold">
          Invoices
        </h2>
        <InvoiceList invoices={invoices} />
      </section>
    </>
  )
}

function FreePlan() {
  return (
    <div className="flex flex-wrap items-center justify-between gap-4 rounded-card border border-line bg-surface p-4 sm:p-6">
      <div>
        <h3 className="text-lg font-semibold">{catalogue.free.name}</h3>
        <p className="text-muted">Yours for as long as you like. Nothing is charged.</p>
      </div>
      <ButtonLink href="/pricing">See the plans</ButtonLink>
    </div>
  )
}

function Limits({ limits }: { readonly limits: BillingAccount['entitlements']['limits'] }) {
  const rows = Object.entries(limits) as [Limit, number][]
  if (rows.length === 0) return null
  return (
    <section aria-labelledby="limits" className="flex flex-col gap-4">
      <h2 id="limits" className="text-xl font-semibold">
        What that gives you
      </h2>
      <dl className="grid gap-2 sm:grid-cols-3 sm:gap-4">
        {rows.map(([limit, count]) => (
          <div
            key={limit}
            className="flex items-baseline justify-between gap-4 rounded-card border border-line bg-surface px-4 py-3 sm:flex-col sm:gap-0"
          >
            <dt className="text-sm text-muted">{catalogue.limits[limit].name}</dt>
            <dd className="figures text-xl font-semibold">{formatCount(count)}</dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
