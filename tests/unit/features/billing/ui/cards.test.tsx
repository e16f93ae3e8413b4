// @vitest-environment jsdom
import { render, screen } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { FreeCard } from '#src/features/billing/ui/FreeCard.tsx'
import type { PlanStanding } from '#src/features/billing/ui/ownership.ts'
import { PassCard } from '#src/features/billing/ui/PassCard.tsx'
import { postedBy } from '#tests/support/posted.ts'
import '#tests/support/empty-page.ts'

const nothingPosted = async () => {}

function showPass(
  planKey: 'pass' | 'lifetime' | 'api_pack' | 'pro',
  standing: PlanStanding,
  action = nothingPosted,
) {
  return render(<PassCard planKey={planKey} standing={standing} returnTo={null} startCheckout={action} />)
}

describe('the card of a plan that is paid once', () => {
  it('says what it costs, how long it lasts, and what it opens', () => {
    showPass('pass', 'buy')

    const card = screen.getByRole('article', { name: '30-day pass' })
    expect(card.textContent).toContain('€25')
    expect(card.textContent).toContain('for 30 days')
    expect(card.textContent).toContain('Projects, Insights and Export.')
  })

  it('says that a price without an end is paid once', () => {
    showPass('lifetime', 'buy')

    expect(screen.getByRole('article', { name: 'Lifetime' }).textContent).toContain('once')
  })

  it('lists nothing where all that is sold is more of a limit', () => {
    showPass('api_pack', 'buy')

    expect(screen.getByRole('article', { name: 'API pack' }).textContent).toBe(
      'API pack50,000 more calls a month, as often as you like€39onceBuy API pack',
    )
  })

  it('posts the plan without an interval', async () => {
    const { action, posted } = postedBy()
    render(<PassCard planKey="pass" standing="buy" returnTo={null} startCheckout={action} />)
    screen.getByRole('button', { name: 'Buy 30-day pass' }).click()

    expect(await posted).toEqual({ plan: 'pass' })
  })

  it('sells nothing to who has it for good', () => {
    showPass('lifetime', 'owned')

    expect(screen.getByText('Yours')).toBeTruthy()
    expect(screen.queryByRole('button')).toBeNull()
  })

  it('is not there for a plan that renews', () => {
    expect(showPass('pro', 'buy').container.textContent).toBe('')
  })
})

describe('the card of the free plan', () => {
  it('leads a visitor to an account', () => {
    render(<FreeCard isSignedIn={false} isCurrent={false} />)

    expect(screen.getByRole('link', { name: 'Sign up' }).getAttribute('href')).toBe('/sign-up')
    expect(screen.getByText('€0')).toBeTruthy()
  })

  it('is marked for who has nothing else', () => {
    render(<FreeCard isSignedIn={true} isCurrent={true} />)

    expect(screen.getByText('Your plan')).toBeTruthy()
    expect(screen.getByText('This is what you have now.')).toBeTruthy()
  })

  it('has nothing to do for who has more', () => {
    render(<FreeCard isSignedIn={true} isCurrent={false} />)

    expect(screen.queryByText('Your plan')).toBeNull()
    expect(screen.getByText('Comes with every account.')).toBeTruthy()
    expect(screen.queryByRole('link')).toBeNull()
  })
})
