import type { Account } from './account.ts'
import type { FormHash } from './form.ts'
import type { Param } from './params.ts'
import type { RequestVersion } from './versions/api-version.ts'

/** A request whose parameters have been read; running it is what an idempotency key remembers. */
export type PreparedCall = (account: Account, id: string, innerId: string) => object

/** One operation of the API. */
export interface Endpoint {
  /** The names of the parameters that it takes, but for `expand`, which all take. */
  readonly parameters: readonly string[]
  /** Reads the parameters as the version has them. @throws StripeError 400 before anything is done. */
  readonly prepare: (given: FormHash, version: RequestVersion) => PreparedCall
}

/** A method, a path in which `:id` stands for an id, and what answers there. */
export type Route = readonly [method: 'GET' | 'POST' | 'DELETE', path: string, endpoint: Endpoint]

/** An operation: how its parameters are read, and what it does. The ids are those in the path, or empty. */
export function endpoint<P>(
  params: Param<P>,
  run: (account: Account, params: P, id: string, innerId: string) => object,
): Endpoint {
  return {
    parameters: params.keys ?? [],
    prepare: (given, version) => {
      const parsed = params.parse(given, '', version)
      return (account, id, innerId) => run(account, parsed, id, innerId)
    },
  }
}
