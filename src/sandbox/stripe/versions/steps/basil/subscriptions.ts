import type { State } from '../../../state.ts'
import { hashAt, idOf, isHash, type Json, objectOf, without } from '../../step.ts'

/** The period was the subscription's: that of the item whose period ends first, and one discount stood beside all. */
export function subscriptionBeforeBasil(subscription: Json, state: State): Json {
  const period = firstPeriod(hashAt(subscription.items).data)
  return {
    ...subscription,
    current_period_end: period.end,
    current_period_start: period.start,
    discount: firstDiscount(state, subscription.discounts),
  }
}

export function itemBeforeBasil(item: Json): Json {
  return without(item, 'current_period_end', 'current_period_start')
}

/** A phase named its coupon beside its discounts. */
export function phasesBeforeBasil(schedule: Json): Json {
  const phases = Array.isArray(schedule.phases) ? schedule.phases.filter(isHash) : []
  return {
    ...schedule,
    phases: phases.map((phase) => {
      const [discount] = Array.isArray(phase.discounts) ? phase.discounts : []
      return { ...phase, coupon: idOf(hashAt(discount).coupon) }
    }),
  }
}

/** The first of `discounts`, whole, as the field `discount` had it. */
export function firstDiscount(state: State, discounts: unknown): object | null {
  return Array.isArray(discounts) ? objectOf(state, discounts[0]) : null
}

function firstPeriod(items: unknown): { start: unknown; end: unknown } {
  const periods = (Array.isArray(items) ? items : [])
    .filter(isHash)
    .map((item) => ({ start: item.current_period_start, end: item.current_period_end }))
  return periods.sort((a, b) => Number(a.end) - Number(b.end))[0] ?? { start: null, end: null }
}
