/** What stands in the fields of the hosted page, by their names. */
export type Answers = Readonly<Record<string, string>>

/** Something that the hosted page asks beside e-mail, name and payment method. */
export interface Question {
  /** Of the form's field. */
  readonly name: string
  readonly label: string
  readonly part: 'contact' | 'shipping' | 'billing' | 'details' | 'consent'
  readonly kind: 'text' | 'tel' | 'select' | 'checkbox'
  /** Of a select: the words, and what they are called. */
  readonly options?: readonly (readonly [value: string, label: string])[]
  readonly isRequired: boolean
  /** What stands there at first. */
  readonly initial: string
  /** What somebody answers who wants to get through. */
  readonly assumed: string
  readonly autocomplete?: string
  /** Why the answer will not do, or null. */
  readonly problem?: (answer: string) => string | null
}
