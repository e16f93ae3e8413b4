// @vitest-environment jsdom
import { render, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import type { PlanStanding } from '#src/features/billing/ui/ownership.ts'
import { PlanCard } from '#src/features/billing/ui/PlanCard.tsx'
import { postedBy } from '#tests/support/posted.ts'
import '#tests/support/empty-page.ts'

const nothingPosted = async () => {}

interface Shown {
  readonly planKey?: 'pro' | 'team'
  readonly interval?: 'month' | 'year'
  readonly standing?: PlanStanding
  readonly mayTry?: boolean
  readonly startCheckout?: (form: FormData) => Promise<void>
  readonly openPortal?: (form: FormData) => Promise<void>
}

/** Shows one card, and gives it as its reader finds it: by the plan's name. */
function show({ planKey = 'pro', interval = 'month', standing = 'buy', mayTry = true, ...actions }: Shown) {
  render(
    <PlanCard
      planKey={planKey}
      interval={interval}
      standing={standing}
      quantity={2}
      mayTry={mayTry}
      returnTo="/insights"
      startCheckout={actions.startCheckout ?? nothingPosted}
      openPortal={actions.openPortal ?? nothingPosted}
    />,
  )
  return within(screen.getByRole('article', { name: planKey === 'pro' ? 'Pro' : 'Team' }))
}

describe('the card of a plan', () => {
  it('shows what it costs a month and what it opens', () => {
    const card = show({})

    expect(card.getByText('€19')).toBeTruthy()
    expect(card.getByText('Billed monthly')).toBeTruthy()
    expect(card.getByText('Recommended')).toBeTruthy()
    expect(card.getAllByRole('listitem').map((line) => line.textContent)).toContain('Insights')
  })

  it('says what is not in the plan', () => {
    const lines = show({}).getAllByRole('listitem')

    expect(lines.map((line) => line.textContent)).toContain('Not included: Audit log')
  })

  it('shows a yearly price by the month, what is charged, and what it saves', () => {
    const card = show({ interval: 'year' })

    expect(card.getByText('€15.83')).toBeTruthy()
    expect(card.getByText(/€190 billed once a year/)).toBeTruthy()
    expect(card.getByText('Saves €38')).toBeTruthy()
  })

  it('posts the choice in the words of the catalogue, and no amount', async () => {
    const { action, posted } = postedBy()
    show({ startCheckout: action, interval: 'year' }).getByRole('button', { name: 'Get Pro' }).click()

    expect(await posted).toEqual({ plan: 'pro', interval: 'year', return_to: '/insights' })
  })

  it('posts the number of seats too, where the plan has them', async () => {
    const { action, posted } = postedBy()
    show({ planKey: 'team', startCheckout: action })
      .getByRole('button', { name: 'Try Team for 14 days' })
      .click()

    expect(await posted).toMatchObject({ plan: 'team', interval: 'month', quantity: '2' })
  })

  it('F89: offers no trial to who has had theirs', () => {
    const card = show({ planKey: 'team', mayTry: false })

    expect(card.getByRole('button', { name: 'Get Team' })).toBeTruthy()
    expect(card.queryByText(/14 days/)).toBeNull()
  })

  it('prices a plan with seats by the seat', () => {
    const card = show({ planKey: 'team' })

    expect(card.getByText('a month per seat')).toBeTruthy()
    expect(card.getByRole('spinbutton', { name: 'Seats' })).toBeTruthy()
  })

  it('of the plan that one has is marked, and manages it instead of selling it again', async () => {
    const { action, posted } = postedBy()
    const card = show({ standing: 'manage', openPortal: action })

    expect(card.getByText('Your plan')).toBeTruthy()
    expect(card.queryByText('Recommended')).toBeNull()
    expect(card.queryByRole('button', { name: 'Get Pro' })).toBeNull()
    card.getByRole('button', { name: 'Manage' }).click()
    expect(await posted).toEqual({})
  })

  it('of another plan than one has leads to the change, not to a second subscription', () => {
    const card = show({ planKey: 'team', standing: 'change' })

    expect(card.getByRole('button', { name: 'Change to Team' })).toBeTruthy()
    expect(card.queryByRole('spinbutton')).toBeNull()
  })
})

describe('a checkout that is being opened', () => {
  it('says so at once and cannot be started twice (F39)', async () => {
    const posts: FormData[] = []
    const forever = (form: FormData) => {
      posts.push(form)
      return new Promise<void>(() => {})
    }
    const card = show({ startCheckout: forever })
    card.getByRole('button', { name: 'Get Pro' }).click()

    const button = await card.findByRole('button', { name: 'Opening the checkout' })
    button.click()

    expect(button.getAttribute('aria-disabled')).toBe('true')
    expect(posts).toHaveLength(1)
  })
})
