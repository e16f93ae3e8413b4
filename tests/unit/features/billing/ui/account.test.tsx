// @vitest-environment jsdom
import { render, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { AccountInvoice } from '#src/features/billing/application/account/BillingAccount.ts'
import { InvoiceList } from '#src/features/billing/ui/InvoiceList.tsx'
import { PastDueBanner } from '#src/features/billing/ui/PastDueBanner.tsx'
import { SourceList } from '#src/features/billing/ui/SourceList.tsx'
import type { Entitlement } from '#src/shared/types/billing.ts'
import { postedBy } from '#tests/support/posted.ts'
import '#tests/support/empty-page.ts'
import { DAY_MS, NOW, source } from '#tests/support/sources.ts'

function invoice(change: Partial<AccountInvoice> = {}): AccountInvoice {
  return {
    invoiceId: 'in_1',
    number: 'TOLL-0001',
    status: 'paid',
    amountDue: 1900,
    amountPaid: 1900,
    currency: 'eur',
    createdAt: NOW,
    hostedInvoiceUrl: 'https://invoice.stripe.com/i/1',
    ...change,
  }
}

const rows = () => screen.getAllByRole('listitem').map((row) => row.textContent)

describe('the list of what gives access', () => {
  it('says of each what it is, until when, and which payment stands behind it', () => {
    render(<SourceList sources={[source()]} now={NOW} paidFromFirstDay={[]} />)

    const row = screen.getByRole('listitem')
    expect(within(row).getByRole('heading', { name: 'Pro' })).toBeTruthy()
    expect(within(row).getByText('Active')).toBeTruthy()
    expect(row.textContent).toContain('Pro, monthly, renews on 21 March 2027 for €19')
    expect(row.textContent).toContain('Renews in 20 days')
    expect(row.textContent).toContain('Subscription sub_1')
  })

  it('gives the whole moment to screen readers and on hover', () => {
    render(<SourceList sources={[source()]} now={NOW} paidFromFirstDay={[]} />)

    const moment = screen.getByText('in 20 days')
    expect(moment.getAttribute('title')).toBe('Sunday, 21 March 2027 at 12:00 UTC')
    expect(moment.getAttribute('datetime')).toBe('2027-03-21T12:00:00.000Z')
    expect(moment.textContent).toContain('Sunday, 21 March 2027 at 12:00 UTC')
  })

  it('shows several together, as they add up (F11)', () => {
    const lifetime = source({
      kind: 'payment',
      sourceId: 'pi_9',
      plan: 'lifetime',
      interval: null,
      expiresAt: null,
      renewsAt: null,
    })
    const gift = source({ kind: 'manual', sourceId: 'grant_1', plan: 'team', holds: ['pause'] })
    render(<SourceList sources={[lifetime, gift]} now={NOW} paidFromFirstDay={[]} />)

    expect(rows()[0]).toContain('One payment pi_9')
    expect(rows()[1]).toContain('On hold')
    expect(rows()[1]).toContain('Given to you grant_1')
  })

  it('F89: says of the one whose card had had a trial that it was paid from its first day', () => {
    const other = source({ sourceId: 'sub_2' })
    render(<SourceList sources={[source(), other]} now={NOW} paidFromFirstDay={['sub_2']} />)

    expect(rows()[0]).not.toContain('has had a trial')
    expect(rows()[1]).toContain('Its card has had a trial, so it was paid from its first day.')
  })
})

describe('the list of invoices', () => {
  it('says that there is none yet', () => {
    render(<InvoiceList invoices={[]} />)

    expect(screen.getByText('No invoices yet')).toBeTruthy()
    expect(screen.queryByRole('list')).toBeNull()
  })

  it('shows day, number, state and amount, and leads to the invoice', () => {
    render(<InvoiceList invoices={[invoice()]} />)

    expect(rows()).toEqual([expect.stringMatching(/^1 March 2027TOLL-0001Paid€19/)])
    const link = screen.getByRole('link', { name: 'View invoice TOLL-0001 at Stripe' })
    expect(link.getAttribute('href')).toBe('https://invoice.stripe.com/i/1')
  })

  it.each([
    ['draft', 'Being prepared'],
    ['open', 'To be paid'],
    ['void', 'Cancelled'],
    ['uncollectible', 'Not collected'],
    ['a_word_to_come', 'a_word_to_come'],
  ])('calls the state %s "%s", and shows what is owed', (status, word) => {
    render(<InvoiceList invoices={[invoice({ status, amountPaid: 0 })]} />)

    expect(screen.getByText(word)).toBeTruthy()
    expect(screen.getByText('€19')).toBeTruthy()
  })

  it('has neither number nor link before Stripe has given them', () => {
    render(<InvoiceList invoices={[invoice({ number: null, hostedInvoiceUrl: null })]} />)

    expect(screen.getByText('in_1')).toBeTruthy()
    expect(screen.queryByRole('link')).toBeNull()
  })
})

describe('the banner of a failed payment', () => {
  function show(due: Entitlement, invoices: readonly AccountInvoice[]) {
    const { action, posted } = postedBy()
    render(<PastDueBanner source={due} invoices={invoices} now={NOW} openPortal={action} />)
    return posted
  }
  const due = source({ pastDueSince: NOW, expiresAt: NOW + 7 * DAY_MS })

  it('says how much is open and when access ends', () => {
    show(due, [invoice(), invoice({ invoiceId: 'in_2', status: 'open', amountPaid: 400 })])

    const banner = screen.getByRole('alert').textContent
    expect(banner).toContain('Your payment of €15 did not go through')
    expect(banner).toContain('Pro, monthly ends on 8 March 2027, in 7 days')
  })

  it('leads to the card, and nowhere else (F41)', async () => {
    const posted = show(due, [])
    const buttons = screen.getAllByRole('button')
    buttons[0]?.click()

    expect(buttons.map((button) => button.textContent)).toEqual(['Update your card'])
    expect(await posted).toEqual({})
  })

  it('names neither an amount nor an end that it does not know', () => {
    show({ ...due, expiresAt: null }, [])

    const banner = screen.getByRole('alert').textContent
    expect(banner).toContain('Your payment did not go through')
    expect(banner).toContain('Pro, monthly stays open while we try again.')
  })
})
