import { describe, expect, it } from 'vitest'
import {
  currentTerms,
  formatPrice,
  offerLines,
  oneTimePlans,
  perMonth,
  planThatOpens,
  subscriptionPlans,
  yearlySaving,
} from '#src/features/billing/ui/offer.ts'

const lineOf = (plan: Parameters<typeof offerLines>[0], key: string) =>
  offerLines(plan).find((line) => line.key === key)

describe('what a plan is offered for', () => {
  it('is a month of it, also of a yearly price', () => {
    expect(perMonth('pro', 'month')).toBe(1900)
    expect(perMonth('pro', 'year')).toBe(1583)
  })

  it('is nothing a month where the plan is paid once', () => {
    expect(perMonth('lifetime', 'month')).toBeNull()
  })

  it('saves by the year what twelve months would cost more', () => {
    expect(yearlySaving('pro')).toBe(12 * 1900 - 19_000)
    expect(yearlySaving('pass')).toBe(0)
  })

  it('is written without false decimals', () => {
    expect(formatPrice(1900)).toBe('€19')
    expect(formatPrice(1583)).toBe('€15.83')
  })
})

describe('what a plan opens', () => {
  it('stands there line by line, with what it does not open', () => {
    expect(lineOf('free', 'insights')).toMatchObject({ name: 'Insights', included: false, figure: null })
    expect(lineOf('pro', 'insights')).toMatchObject({ included: true })
    expect(lineOf('free', 'api_calls')).toMatchObject({ included: false, figure: null })
  })

  it('gives a feature its number where a limit bears the same name, and no second line', () => {
    expect(lineOf('pro', 'projects')).toMatchObject({ name: 'Projects', figure: '50' })
    expect(offerLines('pro').filter(({ name }) => name === 'Projects')).toHaveLength(1)
  })

  it('leaves the number of seats to the buyer where the plan sells them', () => {
    expect(lineOf('team', 'seats')).toMatchObject({ included: true, figure: 'You choose' })
    expect(lineOf('team', 'api_calls')).toMatchObject({ figure: '1,000,000' })
  })

  it('has the same lines for every plan, so that they can be compared', () => {
    const keys = (plan: Parameters<typeof offerLines>[0]) => offerLines(plan).map(({ key }) => key)

    expect(keys('team')).toEqual(keys('free'))
    expect(keys('pass')).toEqual(keys('free'))
  })

  it('is the newest version of its terms', () => {
    expect(currentTerms('pro').features).toContain('insights')
    expect(currentTerms('free').features).toEqual(['projects'])
  })
})

describe('the plan to offer', () => {
  it('for a feature is the recommended one of those that open it', () => {
    expect(planThatOpens('insights')).toBe('pro')
  })

  it('is the first that opens it where the recommended one does not', () => {
    expect(planThatOpens('audit_log')).toBe('team')
  })

  it('renews or is paid once, never both', () => {
    expect(subscriptionPlans).toEqual(['pro', 'team'])
    expect(oneTimePlans).toEqual(['pass', 'lifetime', 'api_pack'])
  })
})
