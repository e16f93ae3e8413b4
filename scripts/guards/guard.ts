/** One change of a file: `find` stands in it once. */
export interface Edit {
  readonly file: string
  readonly find: string
  readonly replace: string
}

/** One thing that stands between a payment and a wrong answer, how to take it out, and the tests that must notice. */
export interface Guard {
  readonly name: string
  readonly edits: readonly Edit[]
  /** Files of tests, of which one has to find something else than it expects. */
  readonly tests: readonly string[]
  /** The test that notices without an expectation: it hangs, or what it calls is refused. */
  readonly noticedBy?: string
}
