import type { Route } from '../endpoint.ts'
import * as activeEntitlements from '../resources/active-entitlements.ts'
import * as features from '../resources/features.ts'
import * as productFeatures from '../resources/product-features.ts'

/** Features, which products have them, and which customers. */
export const entitlementRoutes: readonly Route[] = [
  ['GET', '/v1/entitlements/active_entitlements', activeEntitlements.list],
  ['GET', '/v1/entitlements/active_entitlements/:id', activeEntitlements.retrieve],
  ['POST', '/v1/entitlements/features', features.create],
  ['GET', '/v1/entitlements/features', features.list],
  ['GET', '/v1/entitlements/features/:id', features.retrieve],
  ['POST', '/v1/entitlements/features/:id', features.update],
  ['POST', '/v1/products/:id/features', productFeatures.create],
  ['GET', '/v1/products/:id/features', productFeatures.list],
  ['GET', '/v1/products/:id/features/:id', productFeatures.retrieve],
  ['DELETE', '/v1/products/:id/features/:id', productFeatures.remove],
]
