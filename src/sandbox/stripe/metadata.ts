import { refused } from './errors.ts'
import type { Param } from './params.ts'

export type Metadata = Record<string, string>

/** What a request does to metadata: null unsets all of it, an empty value unsets its key. */
export type MetadataChange = Metadata | null

// docs.stripe.com/api/metadata
export const MAX_METADATA_KEYS = 50
export const MAX_METADATA_KEY_CHARACTERS = 40
export const MAX_METADATA_VALUE_CHARACTERS = 500

/** The `metadata` parameter, with Stripe's limits. */
export function metadata(): Param<MetadataChange> {
  return {
    parse: (value, at) => {
      if (value === '') return null
      if (typeof value === 'string' || Array.isArray(value)) throw refused('Invalid object', at)
      const entries = Object.entries(value)
      for (const [key, entry] of entries) checkEntry(key, entry, at)
      return Object.fromEntries(entries) as Metadata
    },
  }
}

function checkEntry(key: string, entry: unknown, at: string): void {
  const name = `${at}[${key}]`
  if (typeof entry !== 'string') throw refused('Metadata values must be strings', name)
  if (key.length > MAX_METADATA_KEY_CHARACTERS) {
    throw refused(`Metadata keys must be at most ${MAX_METADATA_KEY_CHARACTERS} characters: ${key}`, at)
  }
  if (entry.length > MAX_METADATA_VALUE_CHARACTERS) {
    throw refused(`Metadata values must be at most ${MAX_METADATA_VALUE_CHARACTERS} characters: ${key}`, name)
  }
}

/**
 * `current` with the change merged into it.
 * @throws StripeError 400 where more than 50 keys would be left.
 */
export function changedMetadata(current: Metadata, change: MetadataChange | undefined): Metadata {
  if (change === undefined) return current
  if (change === null) return {}
  const merged = Object.fromEntries(
    Object.entries({ ...current, ...change }).filter(([, value]) => value !== ''),
  )
  if (Object.keys(merged).length > MAX_METADATA_KEYS) {
    throw refused(`Metadata can have at most ${MAX_METADATA_KEYS} keys`, 'metadata')
  }
  return merged
}
