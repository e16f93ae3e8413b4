import { hashAt, objectOf, type VersionStep, without } from '../step.ts'

/**
 * The coupon of a discount moved to `source.coupon`, that of a promotion code to `promotion.coupon`, and both may be
 * expanded since; before that the coupon stood there whole: docs.stripe.com/changelog/clover.
 */
export const clover: VersionStep = {
  version: '2025-09-30.clover',
  before: {
    discount: (discount, state) => ({
      ...without(discount, 'source'),
      coupon: objectOf(state, hashAt(discount.source).coupon),
    }),
    promotion_code: (code, state) => ({
      ...without(code, 'promotion'),
      coupon: objectOf(state, hashAt(code.promotion).coupon),
    }),
  },
}
