import { refused } from '../../errors.ts'
import { emptyable, flag, hash, integer, type Param } from '../../params.ts'

export interface BillingThresholds {
  amount_gte: number | null
  reset_billing_cycle_anchor: boolean | null
}

const shape = { amount_gte: integer(1), reset_billing_cycle_anchor: flag() } as const

/** `billing_thresholds` of a subscription, of a schedule, and of its phases; an empty string takes them away. */
export const thresholdsParam: Param<BillingThresholds | null> = emptyable({
  keys: Object.keys(shape),
  parse: (value, at, version) => {
    const given = hash(shape).parse(value, at, version)
    if (given.amount_gte === undefined) {
      throw refused('A threshold needs an amount at which it is reached.', `${at}[amount_gte]`)
    }
    return {
      amount_gte: given.amount_gte,
      reset_billing_cycle_anchor: given.reset_billing_cycle_anchor ?? false,
    }
  },
})
