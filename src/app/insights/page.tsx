import type { Metadata } from 'next'
import type { ReactNode } from 'react'
import { Paywall } from '#src/features/billing/ui/Paywall.tsx'
import { Outage } from '#src/shared/ui/Outage.tsx'
import { Page } from '#src/shared/ui/Page.tsx'
import { startCheckout } from '../actions/billing.ts'
import { getEntitlements } from '../entitlements.ts'
import { OUTAGE, orOutage } from '../outage.ts'
import { CohortTable } from './CohortTable.tsx'
import { ExportLink } from './ExportLink.tsx'
import { InsightsPicture } from './InsightsPicture.tsx'
import { KeyFigures } from './KeyFigures.tsx'
import { MovementChart } from './MovementChart.tsx'
import { RevenueChart } from './RevenueChart.tsx'

export const metadata: Metadata = { title: 'Insights' }

/**
 * The gated page. The answer is known before the first byte is sent: who may not see it gets the paywall, and nothing of
 * the content leaves the server.
 */
export default async function InsightsPage() {
  const entitlements = await orOutage(getEntitlements())
  if (entitlements === OUTAGE) {
    return (
      <Page width="page">
        <Outage
          wholePage
          what="We cannot check your plan right now"
          safe="Your plan and your data are as they were."
          retryHref="/insights"
        />
      </Page>
    )
  }
  if (!entitlements?.features.includes('insights')) {
    return (
      <Page width="page">
        <Paywall
          feature="insights"
          entitlements={entitlements}
          returnTo="/insights"
          startCheckout={startCheckout}
          picture={<InsightsPicture />}
        />
      </Page>
    )
  }
  return (
    <Page width="page">
      <header className="flex flex-wrap items-center justify-between gap-4">
        <div>
          <h1 className="text-2xl font-semibold">Insights</h1>
          <p className="text-muted">Sample workspace, the last twelve months</p>
        </div>
        <ExportLink />
      </header>
      <KeyFigures />
      <div className="grid gap-4 lg:grid-cols-3">
        <Panel title="Revenue" className="lg:col-span-2">
          <RevenueChart />
        </Panel>
        <Panel title="Customers won and lost">
          <MovementChart />
        </Panel>
        <Panel title="Customers kept" className="lg:col-span-3">
          <CohortTable />
        </Panel>
      </div>
    </Page>
  )
}

interface PanelProps {
  readonly title: string
  readonly className?: string
  readonly children: ReactNode
}

function Panel({ title, className, children }: PanelProps) {
  return (
    <section
      className={`flex flex-col gap-6 rounded-card border border-line bg-surface p-4 sm:p-6 ${className ?? ''}`}
    >
      <h2 className="text-lg font-semibold">{title}</h2>
      {children}
    </section>
  )
}
