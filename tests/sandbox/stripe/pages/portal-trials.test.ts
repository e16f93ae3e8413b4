import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY, NOON } from '#tests/sandbox/stripe/billing/counter.ts'
import { openPortalCounter, type PortalCounter } from './portal-counter.ts'

let counter: PortalCounter

beforeEach(async () => {
  counter = await openPortalCounter()
})
afterEach(() => counter.sandbox.close())

const startTrial = async (card: string | null = 'pm_card_visa') => {
  const { id: customer } = await counter.customer(card)
  return counter.stripe.subscriptions.create({
    customer,
    items: [{ price: counter.pro.id }],
    trial_period_days: 14,
    trial_settings: { end_behavior: { missing_payment_method: 'cancel' } },
  })
}

describe('a change of plan during a trial', () => {
  it('ends the trial, and the new plan is charged at once', async () => {
    const subscription = await startTrial()
    const at = await counter.changing(subscription)
    await counter.advance(2 * DAY)

    const { text } = await counter.visitor.open(`${at}/confirm?price=${counter.team.id}`)
    await counter.visitor.send(`${at}/update`, { price: counter.team.id })

    expect(text).toContain('Your free trial ends with this change.')
    expect(text).toContain('Charged now €49')
    const changed = await counter.subscription(subscription.id)
    expect(changed).toMatchObject({ status: 'active', trial_end: null })
    expect(changed.items.data[0]?.price.id).toBe(counter.team.id)
    expect(await counter.latestInvoice(changed)).toMatchObject({ status: 'paid', amount_paid: 4_900 })
  })

  it('leaves the trial where it is to continue, and the new plan is charged at its end', async () => {
    const subscription = await startTrial()
    const at = await counter.changing(subscription, {
      billing_cycle_anchor: 'now',
      proration_behavior: 'always_invoice',
      trial_update_behavior: 'continue_trial',
    })
    await counter.advance(2 * DAY)

    const { text } = await counter.visitor.open(`${at}/confirm?price=${counter.team.id}`)
    await counter.visitor.send(`${at}/update`, { price: counter.team.id })

    expect(text).toContain('Your free trial goes on until 15 March 2027.')
    expect(text).toContain('Next invoice, 15 March 2027 €49')
    const changed = await counter.subscription(subscription.id)
    expect(changed).toMatchObject({ status: 'trialing', trial_end: NOON + 14 * DAY })
    expect(await counter.latestInvoice(changed)).toMatchObject({ total: 0 })
    await counter.advance(13 * DAY)
    const paid = await counter.subscription(subscription.id)
    expect(paid.status).toBe('active')
    expect(await counter.latestInvoice(paid)).toMatchObject({ amount_paid: 4_900 })
  })

  it('that would end it is refused while there is nothing to charge', async () => {
    const subscription = await startTrial(null)
    const at = await counter.changing(subscription)
    const refusal = 'there is nothing to charge yet. Add a payment method.'

    const shown = await counter.visitor.open(`${at}/confirm?price=${counter.team.id}`)
    const said = await counter.visitor.open(String(shown.location))
    const sent = await counter.visitor.sendAndFollow(`${at}/update`, { price: counter.team.id })

    expect(said.text).toContain(refusal)
    expect(sent.text).toContain(refusal)
    const unchanged = await counter.subscription(subscription.id)
    expect(unchanged.status).toBe('trialing')
    expect(unchanged.items.data[0]?.price.id).toBe(counter.pro.id)
  })

  it('that leaves it going needs no payment method', async () => {
    const subscription = await startTrial(null)
    const at = await counter.changing(subscription, { trial_update_behavior: 'continue_trial' })

    await counter.visitor.send(`${at}/update`, { price: counter.team.id })

    const [item] = (await counter.subscription(subscription.id)).items.data
    expect(item?.price.id).toBe(counter.team.id)
  })
})
