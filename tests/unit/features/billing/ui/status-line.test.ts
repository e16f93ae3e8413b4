import { describe, expect, it } from 'vitest'
import { holdReason, renewalAmount, sourceName, statusLine } from '#src/features/billing/ui/status-line.ts'
import { DAY_MS, NOW, source } from '#tests/support/sources.ts'

describe('what a customer has, in one line', () => {
  it('says when a subscription renews and for how much', () => {
    expect(statusLine(source({ interval: 'year' }))).toEqual({
      tone: 'good',
      word: 'Active',
      text: 'Pro, yearly, renews on 21 March 2027 for €190',
      next: { word: 'Renews', at: NOW + 20 * DAY_MS },
    })
  })

  it('counts every seat into the renewal', () => {
    const line = statusLine(source({ plan: 'team', quantity: 3 }))

    expect(line.text).toBe('Team, monthly, 3 seats, renews on 21 March 2027 for €36')
  })

  it('names no amount where the catalogue no longer sells that version', () => {
    const old = source({ planVersion: 99 })

    expect(renewalAmount(old)).toBeNull()
    expect(statusLine(old).text).toBe('Pro, monthly, renews on 21 March 2027')
  })

  it('tells a trial from a paid period', () => {
    const line = statusLine(source({ plan: 'team', quantity: 2, status: 'trialing' }))

    expect(line).toMatchObject({ tone: 'info', word: 'Trial' })
    expect(line.text).toBe('Team, monthly, 2 seats, free until 21 March 2027, then renews for €24')
  })

  it('says until when a subscription lasts that does not renew', () => {
    const line = statusLine(source({ renewsAt: null }))

    expect(line).toMatchObject({ text: 'Pro, monthly', next: { word: 'Ends', at: NOW + 23 * DAY_MS } })
  })

  it('says that a cancelled one ends, and when', () => {
    const line = statusLine(source({ cancelsAt: NOW + 5 * DAY_MS }))

    expect(line).toEqual({
      tone: 'warning',
      word: 'Cancelled',
      text: 'Pro, monthly, ends on 6 March 2027 and does not renew',
      next: { word: 'Ends', at: NOW + 5 * DAY_MS },
    })
  })

  it('says when access ends after a failed payment', () => {
    const line = statusLine(source({ pastDueSince: NOW, expiresAt: NOW + 7 * DAY_MS }))

    expect(line).toMatchObject({ tone: 'bad', word: 'Payment due' })
    expect(line.text).toBe(
      'Pro, monthly. The last payment failed. Access ends on 8 March 2027 unless it is paid.',
    )
  })

  it('names no end after a failed payment where there is none', () => {
    const line = statusLine(source({ pastDueSince: NOW, expiresAt: null }))

    expect(line).toMatchObject({ text: 'Pro, monthly. The last payment failed.', next: null })
  })

  it('says why access is on hold before anything else', () => {
    const line = statusLine(source({ holds: ['refund', 'dispute'], pastDueSince: NOW, cancelsAt: NOW }))

    expect(line).toEqual({
      tone: 'bad',
      word: 'On hold',
      text: 'Pro, monthly. Access is on hold because the payment was refunded and the payment is disputed with your bank.',
      next: null,
    })
  })

  it.each([
    [{ kind: 'payment', plan: 'pass', expiresAt: NOW + 30 * DAY_MS }, '30-day pass, until 31 March 2027'],
    [{ kind: 'payment', plan: 'lifetime', expiresAt: null }, 'Lifetime, paid once, yours for good'],
    [{ kind: 'manual', plan: 'pro', expiresAt: NOW + DAY_MS }, 'Pro, given to you, until 2 March 2027'],
    [{ kind: 'manual', plan: 'pro', expiresAt: null }, 'Pro, given to you without an end'],
  ] as const)('of %o is "%s"', (change, text) => {
    expect(statusLine(source({ interval: null, renewsAt: null, ...change })).text).toBe(text)
  })

  it('names the interval and the seats of what was bought, where it has them', () => {
    expect(sourceName(source({ plan: 'team', quantity: 4, interval: 'year' }))).toBe('Team, yearly, 4 seats')
    expect(sourceName(source({ plan: 'lifetime', interval: null }))).toBe('Lifetime')
  })

  it('gives every kind of hold its reason', () => {
    expect(holdReason(['pause'])).toBe('Access is on hold because the subscription is paused.')
  })
})
