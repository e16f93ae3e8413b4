import type Stripe from 'stripe'
import { userIdOf } from '#src/features/billing/domain/facts/Metadata.ts'
import type { InvoiceFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type {
  IStripeLists,
  ListedCustomer,
  ListedObject,
  ListedSubscription,
  Page,
} from '#src/features/billing/domain/interfaces/IStripeLists.ts'
import { factsOf } from './facts/facts-of.ts'
import type { Pace } from './pace.ts'
import { callStripe } from './stripe-errors.ts'

/** The largest page that Stripe gives (docs.stripe.com/api/pagination). */
export const STRIPE_PAGE = 100

/** Stripe's lists, a page a call. The default page of ten would lose everything after it (F12). */
export class StripeLists implements IStripeLists {
  readonly #stripe: Stripe
  readonly #pace: Pace
  readonly #livemode: boolean

  constructor(deps: { stripe: Stripe; pace: Pace; livemode: boolean }) {
    this.#stripe = deps.stripe
    this.#pace = deps.pace
    this.#livemode = deps.livemode
  }

  async listSubscriptions(after: string | null): Promise<Page<ListedSubscription>> {
    return this.#page(
      (params) =>
        this.#stripe.subscriptions.list({ ...params, status: 'all', expand: ['data.latest_invoice'] }),
      after,
      (subscription) => ({
        ...listed(subscription, 'subscription'),
        latestInvoice: invoiceOf(subscription.latest_invoice),
      }),
    )
  }

  async listPaidInvoices(subscriptionId: string): Promise<readonly InvoiceFacts[]> {
    const { items } = await this.#page(
      (params) => this.#stripe.invoices.list({ ...params, subscription: subscriptionId, status: 'paid' }),
      null,
      invoiceOf,
    )
    return items.filter((invoice) => invoice !== null)
  }

  async listCompletedSessions(after: string | null): Promise<Page<ListedObject>> {
    return this.#page(
      (params) => this.#stripe.checkout.sessions.list({ ...params, status: 'complete' }),
      after,
      (session) => listed(session, 'checkout_session'),
    )
  }

  async listRefunds(after: string | null): Promise<Page<ListedObject>> {
    return this.#page(
      (params) => this.#stripe.refunds.list(params),
      after,
      // A refund does not say its mode: a key lists those of its own.
      (refund) => listed({ ...refund, livemode: this.#livemode }, 'refund'),
    )
  }

  async listDisputes(after: string | null): Promise<Page<ListedObject>> {
    return this.#page(
      (params) => this.#stripe.disputes.list(params),
      after,
      (dispute) => listed(dispute, 'dispute'),
    )
  }

  async listCustomers(after: string | null): Promise<Page<ListedCustomer>> {
    return this.#page(
      (params) => this.#stripe.customers.list(params),
      after,
      ({ id, metadata }) => ({ customerId: id, userId: userIdOf(metadata) }),
    )
  }

  async #page<Stripes extends { id: string }, Ours>(
    list: (params: Stripe.PaginationParams) => Stripe.ApiListPromise<Stripes>,
    after: string | null,
    oursOf: (object: Stripes) => Ours,
  ): Promise<Page<Ours>> {
    const params = { limit: STRIPE_PAGE, ...(after !== null && { starting_after: after }) }
    const { data, has_more } = await this.#pace(() => callStripe(() => list(params)))
    return { items: data.map(oursOf), next: has_more ? (data.at(-1)?.id ?? null) : null }
  }
}

function listed(
  object: { readonly id: string; readonly livemode: boolean; readonly created: number },
  kind: 'subscription' | 'checkout_session' | 'refund' | 'dispute',
): ListedObject {
  const { id, livemode, created } = object
  return { id, livemode, created, facts: factsOf(kind, object) }
}

/** An invoice of our own version; null where there is none. */
function invoiceOf(object: unknown): InvoiceFacts | null {
  const facts = factsOf('invoice', object)
  return facts.kind === 'invoice' ? facts.invoice : null
}
