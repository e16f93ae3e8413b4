import type { AccountInvoice } from '#src/features/billing/application/account/BillingAccount.ts'
import type { Entitlement } from '#src/shared/types/billing.ts'
import { formatMoney } from '#src/shared/ui/format-money.ts'
import { Instant } from '#src/shared/ui/Instant.tsx'
import { Notice } from '#src/shared/ui/Notice.tsx'
import type { FormAction } from './form-action.ts'
import { ManageForm } from './ManageForm.tsx'
import { sourceName } from './status-line.ts'

interface PastDueBannerProps {
  readonly source: Entitlement
  readonly invoices: readonly AccountInvoice[]
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly openPortal: FormAction
}

/** A payment failed: how much is open, when access ends, and the one thing to do. */
export function PastDueBanner({ source, invoices, now, openPortal }: PastDueBannerProps) {
  const open = invoices.find((invoice) => invoice.status === 'open')
  const amount = open ? ` of ${formatMoney(open.amountDue - open.amountPaid, open.currency)}` : ''
  return (
    <Notice
      tone="bad"
      title={`Your payment${amount} did not go through`}
      action={<ManageForm action={openPortal} label="Update your card" look="primary" />}
    >
      {source.expiresAt === null ? (
        `${sourceName(source)} stays open while we try again.`
      ) : (
        <>
          {sourceName(source)} ends on <Instant at={source.expiresAt} />,{' '}
          <Instant at={source.expiresAt} from={now} />, unless it is paid before.
        </>
      )}
    </Notice>
  )
}
