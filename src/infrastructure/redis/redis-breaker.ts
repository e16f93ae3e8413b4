import { ConsecutiveBreaker, circuitBreaker, handleAll, type IPolicy } from 'cockatiel'

/** After this many failures in a row Redis is left alone. */
export const BREAKER_FAILURES = 5

/** For this long; then one call tries it again. */
export const BREAKER_OPEN_MS = 5_000

/** Opens after `BREAKER_FAILURES` failures of Redis, so that a Redis that is slow or down costs a check nothing. */
export function createRedisBreaker(): IPolicy {
  return circuitBreaker(handleAll, {
    breaker: new ConsecutiveBreaker(BREAKER_FAILURES),
    halfOpenAfter: BREAKER_OPEN_MS,
  })
}
