/** Something was seen that should have been otherwise. */
export class Mismatch extends Error {
  readonly expected: unknown
  readonly seen: unknown

  constructor(what: string, expected: unknown, seen: unknown) {
    super(what)
    this.expected = expected
    this.seen = seen
  }
}

/** Throws a `Mismatch` unless both are the same, compared as JSON. */
export function expectSame(what: string, seen: unknown, expected: unknown): void {
  if (JSON.stringify(seen) !== JSON.stringify(expected)) throw new Mismatch(what, expected, seen)
}

/** Tells a story step by step: what was done, how long it took, what proved it. */
export class Narrator {
  readonly #print: (line: string) => void
  #steps = 0

  constructor(print: (line: string) => void) {
    this.#print = print
  }

  /** Steps told so far. */
  get steps(): number {
    return this.#steps
  }

  /**
   * Does one step. `act` returns what proved it.
   * @throws what `act` throws, after it was told
   */
  async step(title: string, act: () => Promise<string>): Promise<void> {
    this.#steps += 1
    const startedAt = performance.now()
    const head = (mark: string) =>
      `${mark} ${String(this.#steps).padStart(2)}  ${title.padEnd(42)} ${duration(performance.now() - startedAt)}`
    try {
      const proof = await act()
      this.#print(`${head('ok')}  ${proof}`)
    } catch (error) {
      this.#print(`${head('NO')}  ${error instanceof Error ? error.message : String(error)}`)
      if (error instanceof Mismatch) {
        this.#print(`      expected  ${JSON.stringify(error.expected)}`)
        this.#print(`      seen      ${JSON.stringify(error.seen)}`)
      }
      throw error
    }
  }
}

function duration(ms: number): string {
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`.padStart(8)
}
