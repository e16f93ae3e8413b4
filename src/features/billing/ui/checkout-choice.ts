import type { PlanKey } from '#src/features/billing/domain/catalogue/catalogue.ts'
import type { BillingInterval } from '#src/features/billing/domain/catalogue/define-catalogue.ts'
import { isPlanKey, planOf, priceOf } from '#src/features/billing/domain/catalogue/lookup.ts'

/** What somebody is about to buy; always something that the catalogue sells. */
export interface CheckoutChoice {
  readonly plan: PlanKey
  readonly interval: BillingInterval | null
  /** Seats; 1 where the plan has none. */
  readonly quantity: number
}

/** Words from a form or a URL, still to be looked at. */
export interface RawChoice {
  readonly plan: unknown
  readonly interval: unknown
  readonly quantity: unknown
}

/** Reads the monthly / yearly switch; anything unknown is monthly. */
export function parseInterval(value: unknown): BillingInterval {
  return value === 'year' ? 'year' : 'month'
}

/**
 * The choice that these words make, or null where the catalogue does not sell it. A plan that is paid once takes no
 * interval, one that renews takes monthly where none is given. Seats outside the plan's bounds are moved to the bound, so
 * that a page can show them; what is bought is checked again by the use case.
 */
export function parseChoice({ plan, interval, quantity }: RawChoice): CheckoutChoice | null {
  if (typeof plan !== 'string' || !isPlanKey(plan)) return null
  const definition = planOf(plan)
  const chosen = definition.kind === 'one_time' ? null : parseInterval(interval)
  if (priceOf(plan, chosen) === null) return null
  const seats = definition.kind === 'subscription' ? definition.seats : undefined
  return { plan, interval: chosen, quantity: seats ? clampSeats(quantity, seats) : 1 }
}

/** A whole number of seats within the bounds; the least where it is no number. */
export function clampSeats(
  value: unknown,
  { min, max }: { readonly min: number; readonly max: number },
): number {
  const seats = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  return Number.isNaN(seats) ? min : Math.min(max, Math.max(min, Math.trunc(seats)))
}

/** The plans' page with this choice made and, if given, where to go when it is paid. */
export function pricingPath(
  choice: CheckoutChoice | null,
  extra: Readonly<Record<string, string>> = {},
): string {
  const query = new URLSearchParams(extra)
  if (choice) {
    query.set('plan', choice.plan)
    if (choice.interval) query.set('interval', choice.interval)
    if (choice.quantity > 1) query.set('quantity', String(choice.quantity))
  }
  return query.size === 0 ? '/pricing' : `/pricing?${query}`
}
