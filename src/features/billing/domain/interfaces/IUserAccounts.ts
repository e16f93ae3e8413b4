/** Accounts of people, as Supabase Auth has them. Throws `BillingError`. */
export interface IUserAccounts {
  /** Deletes an account with its sessions. One that is not there is no failure. */
  deleteUser(userId: string): Promise<void>
}
