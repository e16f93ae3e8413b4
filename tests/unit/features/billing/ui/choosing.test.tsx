// @vitest-environment jsdom
import { fireEvent, render, screen, within } from '@testing-library/react'
import { describe, expect, it } from 'vitest'
import { ComparisonTable } from '#src/features/billing/ui/ComparisonTable.tsx'
import { IntervalSwitch } from '#src/features/billing/ui/IntervalSwitch.tsx'
import { PriceTag } from '#src/features/billing/ui/PriceTag.tsx'
import { PricingQuestions } from '#src/features/billing/ui/PricingQuestions.tsx'
import { SeatsStepper } from '#src/features/billing/ui/SeatsStepper.tsx'
import '#tests/support/empty-page.ts'

describe('the switch between monthly and yearly', () => {
  it('is two links, of which the present one is marked', () => {
    render(<IntervalSwitch current="year" hrefOf={(interval) => `/pricing?interval=${interval}`} />)

    const links = within(screen.getByRole('navigation', { name: 'Billing interval' })).getAllByRole('link')
    expect(links.map((link) => [link.textContent, link.getAttribute('href')])).toEqual([
      ['Monthly', '/pricing?interval=month'],
      ['Yearly', '/pricing?interval=year'],
    ])
    expect(links.map((link) => link.getAttribute('aria-current'))).toEqual([null, 'true'])
  })
})

describe('the number of seats', () => {
  function show() {
    render(<SeatsStepper min={2} max={200} initial={2} seatAmount={1200} currency="eur" interval="month" />)
    return {
      field: screen.getByRole('spinbutton', { name: 'Seats' }) as HTMLInputElement,
      less: screen.getByRole('button', { name: 'One seat less' }) as HTMLButtonElement,
      more: screen.getByRole('button', { name: 'One seat more' }) as HTMLButtonElement,
    }
  }

  it('says what they come to', () => {
    const { more } = show()
    fireEvent.click(more)

    expect(screen.getByText('€36').closest('[aria-live]')?.textContent).toBe('€36a month')
  })

  it('goes up and down within the bounds of the plan', () => {
    const { field, less, more } = show()
    expect(less.disabled).toBe(true)
    fireEvent.click(more)
    expect([field.value, less.disabled]).toEqual(['3', false])

    fireEvent.change(field, { target: { value: '200' } })

    expect(more.disabled).toBe(true)
  })

  it('lets a number be typed, and moves it into the bounds when the field is left', () => {
    const { field } = show()
    fireEvent.change(field, { target: { value: '900' } })
    expect([field.value, screen.getByText('€2,400')]).toEqual(['900', expect.anything()])

    fireEvent.blur(field)

    expect(field.value).toBe('200')
  })

  it('is an ordinary field of the form, with its bounds, where scripts do not run', () => {
    const { field } = show()

    expect([field.name, field.min, field.max, field.required]).toEqual(['quantity', '2', '200', true])
  })
})

describe('the price', () => {
  it('of a plan that is not sold by that interval is not shown', () => {
    expect(render(<PriceTag planKey="lifetime" interval="month" />).container.textContent).toBe('')
  })
})

describe('the plans side by side', () => {
  const cellsOf = (name: string) =>
    within(screen.getByRole('row', { name: new RegExp(`^${name}`) }))
      .getAllByRole('cell')
      .map((cell) => cell.textContent)

  it('have a column each and a row for every feature and limit', () => {
    render(<ComparisonTable />)

    const table = screen.getByRole('table', { name: 'What each plan includes' })
    expect(
      within(table)
        .getAllByRole('columnheader')
        .map((head) => head.textContent),
    ).toEqual(['Feature', 'Free', 'Pro', 'Team'])
  })

  it('say in words what a tick means, and give the number where there is one', () => {
    render(<ComparisonTable />)

    expect(cellsOf('Insights')).toEqual(['Not included', 'Included', 'Included'])
    expect(cellsOf('Projects')).toEqual(['3', '50', '500'])
    expect(cellsOf('API calls a month')).toEqual(['Not included', '100,000', '1,000,000'])
  })
})

describe('the questions before paying', () => {
  it('answer cancelling, trials, taxes and refunds', () => {
    render(<PricingQuestions />)

    expect(screen.getAllByRole('group').map((group) => group.querySelector('summary')?.textContent)).toEqual([
      'Can I cancel?',
      'Who gets a trial?',
      'Does the price include tax?',
      'Can I have my money back?',
    ])
    expect(screen.getByText(/until the end of the month or year, and nothing renews/)).toBeTruthy()
  })
})
