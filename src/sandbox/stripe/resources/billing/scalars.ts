import type { Param } from '../../params.ts'

/** Quantities and amounts that Stripe takes at most. */
export const MAX_QUANTITY = 999_999
export const MAX_AMOUNT = 99_999_999

/** A word in place of something else: `now` for a moment, `inf` for a number. */
export function wordOr<const W extends string, T>(words: readonly W[], otherwise: Param<T>): Param<W | T> {
  return {
    ...(otherwise.keys && { keys: otherwise.keys }),
    parse: (value, ...rest) => words.find((word) => word === value) ?? otherwise.parse(value, ...rest),
  }
}
