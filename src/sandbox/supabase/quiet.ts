import { AsyncLocalStorage } from 'node:async_hooks'

const inside = new AsyncLocalStorage<true>()
let installed = false

/**
 * Runs `job` without what lite writes to `console.error` about every refused query. The refusals themselves are in
 * the answers; other code's errors are printed as ever.
 */
export function withoutConsoleErrors<Result>(job: () => Result): Result {
  if (!installed) {
    const print = console.error
    console.error = (...args: unknown[]) => {
      if (inside.getStore() === undefined) print(...args)
    }
    installed = true
  }
  return inside.run(true, job)
}
