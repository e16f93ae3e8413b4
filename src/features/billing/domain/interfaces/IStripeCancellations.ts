/** What would go on charging a customer, and its end. Throws `BillingError`. */
export interface IStripeCancellations {
  /** Every subscription of a customer that is not over, however many pages. */
  listLiveSubscriptions(customerId: string): Promise<readonly string[]>
  /** At once, without a last invoice and without money back. One that is over, or gone, is no failure. */
  cancelSubscription(subscriptionId: string): Promise<void>
}
