import { catalogue, type Feature } from '#src/features/billing/domain/catalogue/catalogue.ts'

/**
 * The features that `GET /api/entitlements` names: none for who is signed out (401), null where it did not answer. Never
 * throws; names that this build does not know are left out.
 */
export async function fetchFeatures(signal: AbortSignal): Promise<readonly Feature[] | null> {
  try {
    const response = await fetch('/api/entitlements', { cache: 'no-store', signal })
    if (response.status === 401) return []
    if (!response.ok) return null
    const body: unknown = await response.json()
    if (typeof body !== 'object' || body === null || !('features' in body)) return null
    return Array.isArray(body.features) ? body.features.filter(isFeature) : null
  } catch {
    return null // offline or aborted: what was known stays
  }
}

function isFeature(word: unknown): word is Feature {
  return typeof word === 'string' && Object.hasOwn(catalogue.features, word)
}
