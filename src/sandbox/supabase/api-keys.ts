import { SignJWT } from 'jose'

/** What an API key stands for where no user's token goes with it. */
export type KeyRole = 'anon' | 'service_role'

/** The keys of one project, in the form of today and in the older form that is a token itself. */
export interface ApiKeys {
  publishableKey: string
  secretKey: string
  anonKey: string
  serviceRoleKey: string
}

const TEN_YEARS_S = 10 * 365 * 24 * 3600

/**
 * Makes the keys of the stand-in. They are the same at every start, so that an `.env.local` stays valid; `sandbox`
 * in each of them lets production refuse them.
 */
export async function createApiKeys(legacySecret: string): Promise<ApiKeys> {
  return {
    publishableKey: 'sb_publishable_sandbox_local_only_key',
    secretKey: 'sb_secret_sandbox_local_only_key',
    anonKey: await legacyKey('anon', legacySecret),
    serviceRoleKey: await legacyKey('service_role', legacySecret),
  }
}

/** The role behind a key, or null for one that is not ours. */
export function roleOfKey(keys: ApiKeys, key: string): KeyRole | null {
  if (key === keys.publishableKey || key === keys.anonKey) return 'anon'
  return key === keys.secretKey || key === keys.serviceRoleKey ? 'service_role' : null
}

async function legacyKey(role: KeyRole, secret: string): Promise<string> {
  const issuedAt = Date.UTC(2026, 0, 1) / 1000
  return new SignJWT({ iss: 'supabase', ref: 'sandbox', role, iat: issuedAt, exp: issuedAt + TEN_YEARS_S })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .sign(new TextEncoder().encode(secret))
}
