/** A signed-in person, as their verified access token says. */
export interface AuthUser {
  /** Supabase's user id, a UUID. */
  readonly id: string
  readonly email: string | null
}
