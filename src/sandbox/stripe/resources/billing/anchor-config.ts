import type { AnchorConfig } from '../../life/subscriptions/anchor.ts'
import { hash, integer, required } from '../../params.ts'

/** `billing_cycle_anchor_config`: a day, and a time of it, that the billing periods go by. */
export const anchorConfigParam = hash({
  day_of_month: required(integer(1, 31)),
  hour: integer(0, 23),
  minute: integer(0, 59),
  month: integer(1, 12),
  second: integer(0, 59),
})

/** The configuration as a subscription shows it. */
export function anchorConfig(
  given: ReturnType<typeof anchorConfigParam.parse> | undefined,
): AnchorConfig | null {
  if (given === undefined) return null
  const { day_of_month: day, hour = null, minute = null, month = null, second = null } = given
  return { day_of_month: day, hour, minute, month, second }
}
