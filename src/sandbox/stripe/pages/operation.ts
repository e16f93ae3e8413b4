import type { Account } from '../account.ts'
import type { SandboxCore } from '../core.ts'
import { unknownUrl } from '../errors.ts'
import type { FormHash } from '../form.ts'
import { newId } from '../ids.ts'
import { rehearse } from '../life/rehearsal.ts'
import { findRoute } from '../routes.ts'
import { refuseWhileAdvancing, testClockAmong } from '../test-clock-of.ts'
import { API_VERSION } from '../wire.ts'

/** Runs an operation of the API. @throws StripeError what the API would answer. */
export type Operate = (method: string, path: string, params?: FormHash) => object

/**
 * Runs an operation of the API for a person who clicked: the same rules, the same events. The pages are a client of
 * their own, so their calls have a request id and a key that is not the merchant's; they meet no fault and stand in no
 * request log.
 * @throws StripeError what the API would answer.
 */
export function operate(core: SandboxCore, method: string, path: string, params: FormHash = {}): object {
  const { account } = core
  const { call, ids } = callOf(method, path, params)
  const testClock = testClockAmong(account.state, [...ids, ...Object.values(params)])
  refuseWhileAdvancing(testClock)
  const origin = { id: newId.request(), idempotency_key: crypto.randomUUID() }
  const result = account.within({ origin, version: API_VERSION, testClock }, () => call(account))
  core.time.arm()
  return result
}

/**
 * Runs `work`, whose operations happen on a copy of the account that nobody sees, by the time of the object of this id:
 * what they would come to.
 */
export function rehearseOperations<T>(
  { account }: SandboxCore,
  id: string,
  work: (operate: Operate, copy: Account) => T,
): T {
  return account.onClockOf(id, () =>
    rehearse(account, (copy) =>
      work((method, path, params = {}) => callOf(method, path, params).call(copy), copy),
    ),
  )
}

function callOf(method: string, path: string, params: FormHash) {
  const match = findRoute(method, path)
  if (match === null) throw unknownUrl(method, path)
  const call = match.endpoint.prepare(params, API_VERSION)
  return { ids: [match.id], call: (account: Account) => call(account, match.id, match.innerId) }
}
