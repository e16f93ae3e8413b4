import type { Route } from '../endpoint.ts'
import * as testClocks from '../resources/test-clocks.ts'

/** Times of their own, for the customers that are put on them. */
export const testClockRoutes: readonly Route[] = [
  ['POST', '/v1/test_helpers/test_clocks', testClocks.create],
  ['GET', '/v1/test_helpers/test_clocks', testClocks.list],
  ['GET', '/v1/test_helpers/test_clocks/:id', testClocks.retrieve],
  ['DELETE', '/v1/test_helpers/test_clocks/:id', testClocks.remove],
  ['POST', '/v1/test_helpers/test_clocks/:id/advance', testClocks.advance],
]
