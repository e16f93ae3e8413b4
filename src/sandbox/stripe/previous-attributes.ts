type Json = Record<string, unknown>

/**
 * What changed between two states of one object, as `event.data.previous_attributes` tells it: hashes with their
 * changed keys only, lists whole, a key that was not there as null (docs.stripe.com/api/events/object).
 */
export function previousAttributes(before: Json, after: Json): Json {
  const previous: Json = {}
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const [old, current] = [before[key], after[key]]
    if (same(old, current)) continue
    previous[key] = isHash(old) && isHash(current) ? previousAttributes(old, current) : (old ?? null)
  }
  return previous
}

function isHash(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return (a ?? null) === (b ?? null)
  return JSON.stringify(a) === JSON.stringify(b)
}
