import type { Clock } from '#src/shared/types/clock.ts'
import { isLaw, type Law, laws } from './laws.ts'

/** How a law stands: how many break it, and the first ten of them. */
export interface LawVerdict {
  readonly law: Law
  readonly says: string
  readonly count: number
  readonly first: readonly string[]
}

/** Runs every law's query. Throws `BillingError`. */
export interface ILawBook {
  checkLaws(
    now: number,
  ): Promise<readonly { readonly law: string; readonly count: number; readonly first: readonly string[] }[]>
}

/** Holds the tables to their laws. */
export class CheckLaws {
  readonly #book: ILawBook
  readonly #clock: Clock

  constructor(deps: { book: ILawBook; clock: Clock }) {
    this.#book = deps.book
    this.#clock = deps.clock
  }

  /** Every law that this code and the database both know, in the order of this code. */
  async execute(): Promise<readonly LawVerdict[]> {
    const verdicts = await this.#book.checkLaws(this.#clock.now())
    return Object.keys(laws)
      .filter(isLaw)
      .flatMap((law) => {
        const verdict = verdicts.find((candidate) => candidate.law === law)
        return verdict === undefined ? [] : [{ ...verdict, law, says: laws[law] }]
      })
  }
}
