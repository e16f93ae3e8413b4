import type { SandboxCore } from '../core.ts'
import { unknownUrl } from '../errors.ts'
import type { FormHash } from '../form.ts'
import { newId } from '../ids.ts'
import { findRoute } from '../routes.ts'
import { refuseWhileAdvancing, testClockAmong } from '../test-clock-of.ts'
import { API_VERSION } from '../wire.ts'

/**
 * Runs an operation of the API for a person who clicked: the same rules, the same events. The pages are a client of
 * their own, so their calls have a request id and a key that is not the merchant's; they meet no fault and stand in no
 * request log.
 * @throws StripeError what the API would answer.
 */
export function operate(core: SandboxCore, method: string, path: string, params: FormHash = {}): object {
  const { account } = core
  const match = findRoute(method, path)
  if (match === null) throw unknownUrl(method, path)
  const call = match.endpoint.prepare(params, API_VERSION)
  const testClock = testClockAmong(account.state, [match.id, ...Object.values(params)])
  refuseWhileAdvancing(testClock)
  const origin = { id: newId.request(), idempotency_key: crypto.randomUUID() }
  const result = account.within({ origin, version: API_VERSION, testClock }, () =>
    call(account, match.id, match.innerId),
  )
  core.time.arm()
  return result
}
