import { catalogue } from '../catalogue/catalogue.ts'
import { findByLookupKey } from '../catalogue/lookup.ts'
import type { PriceFacts } from '../facts/StripeFacts.ts'
import type { RecordedOnly } from './Change.ts'

/** How Stripe's price stands to the catalogue's. `other_price` is none of the catalogue's. */
export type CatalogueDrift =
  | 'agrees'
  | 'other_price'
  | 'inactive_price'
  | 'other_amount'
  | 'other_currency'
  | 'other_interval'

/**
 * Compares a price of Stripe's with the catalogue's of the same lookup key. What was bought is not touched by a
 * price that changes: rows name the plan's version, never a price.
 */
export function catalogueDrift(price: PriceFacts): CatalogueDrift {
  const known = findByLookupKey(price.lookupKey)?.price
  if (known === undefined) return 'other_price'
  if (price.currency !== catalogue.currency) return 'other_currency'
  if (price.unitAmount !== known.unitAmount) return 'other_amount'
  const every = price.interval === null ? null : (price.intervalCount ?? 1)
  if (price.interval !== known.interval || (every !== null && every !== 1)) return 'other_interval'
  return price.active ? 'agrees' : 'inactive_price'
}

/** A price's event: recorded, with the difference as its reason. */
export function priceChange(price: PriceFacts, isDeleted: boolean): RecordedOnly {
  const drift = catalogueDrift(isDeleted ? { ...price, active: false } : price)
  return {
    kind: 'ignored',
    reason: drift === 'agrees' || drift === 'other_price' ? drift : `catalogue_${drift}`,
    user_id: null,
    customer_id: null,
  }
}
