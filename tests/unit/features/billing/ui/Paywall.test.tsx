// @vitest-environment jsdom
import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'
import { Paywall } from '#src/features/billing/ui/Paywall.tsx'
import type { Entitlements } from '#src/shared/types/billing.ts'
import { postedBy } from '#tests/support/posted.ts'
import '#tests/support/empty-page.ts'
import { entitlementsOf, source } from '#tests/support/sources.ts'

function show(entitlements: Entitlements | null, feature: Feature = 'insights') {
  const { action, posted } = postedBy()
  render(
    <Paywall
      feature={feature}
      entitlements={entitlements}
      returnTo="/insights"
      startCheckout={action}
      picture={<figure aria-label="A chart" />}
    />,
  )
  return posted
}

const offer = () => screen.queryByRole('button', { name: 'Get Pro' })
const linkTo = (name: string) => screen.getByRole('link', { name }).getAttribute('href')

describe('the paywall', () => {
  it('says what is behind it, which plan opens it, and what that costs', () => {
    show(entitlementsOf())

    const wall = screen.getByRole('region', { name: 'Insights' })
    expect(wall.textContent).toContain('Revenue, churn and cohorts, drawn from your own data.')
    expect(wall.textContent).toContain('Part of Pro, from €19 a month.')
  })

  it('sells the plan that opens it, and comes back here', async () => {
    const posted = show(entitlementsOf())
    offer()?.click()

    expect(await posted).toEqual({ plan: 'pro', interval: 'month', return_to: '/insights' })
  })

  it('sells to who is signed out as well', () => {
    show(null)

    expect(offer()).not.toBeNull()
    expect(linkTo('Compare all plans')).toBe('/pricing?feature=insights&return_to=%2Finsights')
  })

  it('says what holds it back to who has paid, and does not sell it again', () => {
    show(entitlementsOf(source({ holds: ['dispute'] })))

    expect(screen.getByRole('alert').textContent).toContain('Your Pro opens this, but it is on hold')
    expect(screen.getByRole('alert').textContent).toContain('the payment is disputed with your bank')
    expect(linkTo('See your account')).toBe('/account/billing')
    expect(offer()).toBeNull()
  })

  it('sells it where what is on hold would not open it', () => {
    show(entitlementsOf(source({ plan: 'pass', holds: ['refund'], kind: 'payment' })), 'api')

    expect(screen.queryByRole('alert')).toBeNull()
    expect(offer()).not.toBeNull()
  })

  it('leads who subscribes to another plan to the plans, not to a second subscription', () => {
    show(entitlementsOf(source()), 'audit_log')

    expect(screen.queryByRole('button')).toBeNull()
    expect(linkTo('See the plans')).toBe('/pricing?feature=audit_log&return_to=%2Finsights')
  })

  it('keeps its picture from screen readers, as the words say it all', () => {
    show(null)

    expect(screen.queryByRole('figure')).toBeNull()
    expect(screen.getByRole('figure', { hidden: true })).toBeTruthy()
  })
})
