import { ExternalLink, ReceiptText } from 'lucide-react'
import type { AccountInvoice } from '#src/features/billing/application/account/BillingAccount.ts'
import { Badge } from '#src/shared/ui/Badge.tsx'
import { formatMoney } from '#src/shared/ui/format-money.ts'
import { Instant } from '#src/shared/ui/Instant.tsx'
import type { Tone } from '#src/shared/ui/Notice.tsx'

/** Stripe's words for an invoice's state, as a customer understands them. */
const STATES: Readonly<Record<string, { readonly word: string; readonly tone: Tone | 'neutral' }>> = {
  draft: { word: 'Being prepared', tone: 'neutral' },
  open: { word: 'To be paid', tone: 'warning' },
  paid: { word: 'Paid', tone: 'good' },
  void: { word: 'Cancelled', tone: 'neutral' },
  uncollectible: { word: 'Not collected', tone: 'bad' },
}

interface InvoiceListProps {
  readonly invoices: readonly AccountInvoice[]
}

/** The customer's invoices, newest first. */
export function InvoiceList({ invoices }: InvoiceListProps) {
  if (invoices.length === 0) {
    return (
      <div className="flex flex-col items-center gap-2 rounded-card border border-line bg-surface p-8 text-center">
        <ReceiptText aria-hidden className="size-icon text-muted" />
        <p className="font-semibold">No invoices yet</p>
        <p className="text-sm text-muted">The first one appears here when a payment has been made.</p>
      </div>
    )
  }
  return (
    <ul className="divide-y divide-line rounded-card border border-line bg-surface">
      {invoices.map((invoice) => (
        <InvoiceRow key={invoice.invoiceId} invoice={invoice} />
      ))}
    </ul>
  )
}

function InvoiceRow({ invoice }: { readonly invoice: AccountInvoice }) {
  const state = STATES[invoice.status] ?? { word: invoice.status, tone: 'neutral' as const }
  const number = invoice.number ?? invoice.invoiceId
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-1 px-4 py-3 sm:px-6">
      <div className="min-w-0 basis-full sm:flex-1 sm:basis-0">
        <p className="font-semibold">
          <Instant at={invoice.createdAt} />
        </p>
        <p className="text-sm break-all text-muted">{number}</p>
      </div>
      <Badge tone={state.tone}>{state.word}</Badge>
      <span className="figures ml-auto text-right font-semibold sm:w-18">
        {formatMoney(invoice.status === 'paid' ? invoice.amountPaid : invoice.amountDue, invoice.currency)}
      </span>
      {invoice.hostedInvoiceUrl ? (
        <a
          href={invoice.hostedInvoiceUrl}
          rel="noreferrer"
          className="inline-flex min-h-target items-center gap-1 text-sm font-semibold text-accent-text underline-offset-4 hover:underline"
        >
          View <span className="sr-only">invoice {number} at Stripe</span>
          <ExternalLink aria-hidden className="size-icon" />
        </a>
      ) : null}
    </li>
  )
}
