import { createClient, type SupabaseClient } from '@supabase/supabase-js'

type Target = { url: string; publishableKey: string; secretKey: string }

const WITHOUT_STORAGE = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false }

/** A browser's client. Its own storage key keeps the clients of one test file apart. */
export function browserClient({ url, publishableKey }: Target): SupabaseClient {
  return createClient(url, publishableKey, { auth: { ...WITHOUT_STORAGE, storageKey: crypto.randomUUID() } })
}

/** A server's client, with the secret key. */
export function serverClient({ url, secretKey }: Target): SupabaseClient {
  return createClient(url, secretKey, { auth: { ...WITHOUT_STORAGE, storageKey: crypto.randomUUID() } })
}

/** A client with a new user signed in, and that user's id and access token. */
export async function signedUp(target: Target, email: string) {
  const client = browserClient(target)
  const { data, error } = await client.auth.signUp({ email, password: 'correct horse' })
  if (error !== null || data.session === null || data.user === null) throw error ?? new Error('No session')
  return { client, id: data.user.id, token: data.session.access_token, session: data.session }
}
