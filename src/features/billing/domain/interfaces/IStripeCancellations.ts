/** What would go on charging a customer, and its end. Throws `BillingError`. */
export interface IStripeCancellations {
  /** Every subscription of a customer that is not over, however many pages. */
  listLiveSubscriptions(customerId: string): Promise<readonly string[]>
  /** At once, without a last invoice and without money back. One that is over, or gone, is no failure. */
  cancelSubscription(subscriptionId: string): Promise<void>
}

/** Accounts of people, as Supabase Auth has them. Throws `BillingError`. */
export interface IUserAccounts {
  /** Deletes an account with its sessions. One that is not there is no failure. */
  deleteUser(userId: string): Promise<void>
}
