import type { Answers } from '../../life/checkout/question.ts'

/** What stands in the fields, and what is wrong with them. */
export interface CheckoutView {
  email: string
  name: string
  /** A kind of method, or the id of one that the customer has. */
  method: string
  card: string
  expiry: string
  cvc: string
  promotionCode: string
  /** What else the page asks, by the names of its fields. */
  answers: Answers
  /** The total that the customer saw, in the minor unit; null where the page is new. */
  shownTotal: number | null
  /** Said above the form. */
  notice: string | null
  /** By the names of the fields. */
  errors: Readonly<Record<string, string>>
}
