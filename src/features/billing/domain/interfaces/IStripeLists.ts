import type { InvoiceFacts, StripeFacts } from '../facts/StripeFacts.ts'

/** An object as a list gives it. `created` in whole seconds. */
export interface ListedObject {
  readonly id: string
  readonly facts: StripeFacts
  readonly livemode: boolean
  readonly created: number
}

/** A subscription with its newest invoice; null where it has none that can be read. */
export interface ListedSubscription extends ListedObject {
  readonly latestInvoice: InvoiceFacts | null
}

/** A customer as a list gives it, with the user that its metadata names. */
export interface ListedCustomer {
  readonly customerId: string
  readonly userId: string | null
}

/** One page. `next` is the cursor of the page after it; null where this is the last. */
export interface Page<Item> {
  readonly items: readonly Item[]
  readonly next: string | null
}

/** Stripe's current objects, newest first, a page at a time, no faster than it allows. Throws `BillingError`. */
export interface IStripeLists {
  /** Every subscription, those that are over among them. */
  listSubscriptions(after: string | null): Promise<Page<ListedSubscription>>
  /** The newest invoices of a subscription that were paid, one page of them. */
  listPaidInvoices(subscriptionId: string): Promise<readonly InvoiceFacts[]>
  /** Every Checkout session that was completed. */
  listCompletedSessions(after: string | null): Promise<Page<ListedObject>>
  listRefunds(after: string | null): Promise<Page<ListedObject>>
  listDisputes(after: string | null): Promise<Page<ListedObject>>
  listCustomers(after: string | null): Promise<Page<ListedCustomer>>
}
