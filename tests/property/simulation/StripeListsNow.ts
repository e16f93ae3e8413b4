import type { InvoiceFacts } from '#src/features/billing/domain/facts/StripeFacts.ts'
import type { ReadableObjectKind } from '#src/features/billing/domain/facts/StripeObjectKind.ts'
import type {
  IStripeLists,
  ListedCustomer,
  ListedObject,
  ListedSubscription,
  Page,
} from '#src/features/billing/domain/interfaces/IStripeLists.ts'
import { factsOf } from '#src/features/billing/infrastructure/stripe/facts/facts-of.ts'
import type { Seam } from './MemoryRedis.ts'
import type { ModelInvoice, ModelObject, ModelUser } from './objects.ts'
import { render } from './render.ts'
import { OWN_VERSION } from './StripeNow.ts'

/** Small, so that a list of a few objects has pages. */
const PAGE = 3

type ListedModel = Extract<ModelObject, { kind: 'subscription' | 'checkout_session' | 'refund' | 'dispute' }>

/** Stripe's lists as they are at this moment of the history, newest first, each page through `seam`. */
export class StripeListsNow implements IStripeLists {
  readonly #objects: ReadonlyMap<string, ModelObject>
  readonly #users: readonly ModelUser[]
  readonly #seam: Seam

  constructor(deps: { objects: ReadonlyMap<string, ModelObject>; users: readonly ModelUser[]; seam: Seam }) {
    this.#objects = deps.objects
    this.#users = deps.users
    this.#seam = deps.seam
  }

  async listSubscriptions(after: string | null): Promise<Page<ListedSubscription>> {
    const { items, next } = await this.#objectsOf('subscription', after)
    return {
      items: items.map((listed) => ({ ...listed, latestInvoice: this.#latestInvoice(listed.id) })),
      next,
    }
  }

  listCompletedSessions(after: string | null): Promise<Page<ListedObject>> {
    return this.#objectsOf('checkout_session', after)
  }

  listRefunds(after: string | null): Promise<Page<ListedObject>> {
    return this.#objectsOf('refund', after)
  }

  listDisputes(after: string | null): Promise<Page<ListedObject>> {
    return this.#objectsOf('dispute', after)
  }

  listCustomers(after: string | null): Promise<Page<ListedCustomer>> {
    return this.#seam('stripe list customers', () =>
      pageAfter(this.#users, ({ customerId }) => customerId, after),
    )
  }

  listPaidInvoices(subscriptionId: string): Promise<readonly InvoiceFacts[]> {
    return this.#seam('stripe list invoices', () =>
      this.#invoicesOf(subscriptionId)
        .filter(({ status }) => status === 'paid')
        .flatMap((invoice) => invoiceFactsOf(invoice) ?? []),
    )
  }

  #latestInvoice(subscriptionId: string): InvoiceFacts | null {
    const [newest] = this.#invoicesOf(subscriptionId)
    return newest === undefined ? null : invoiceFactsOf(newest)
  }

  #invoicesOf(subscriptionId: string): ModelInvoice[] {
    return [...this.#objects.values()]
      .filter((object) => object.kind === 'invoice')
      .filter(({ subscription }) => subscription === subscriptionId)
      .reverse()
  }

  #objectsOf(
    kind: ListedModel['kind'] & ReadableObjectKind,
    after: string | null,
  ): Promise<Page<ListedObject>> {
    return this.#seam(`stripe list ${kind}`, () => {
      const all = [...this.#objects.values()].filter((object): object is ListedModel => object.kind === kind)
      const newestFirst = all.toSorted((a, b) => b.created - a.created || (a.id < b.id ? -1 : 1))
      const { items, next } = pageAfter(newestFirst, ({ id }) => id, after)
      const listed = items.map((object) => ({
        id: object.id,
        facts: factsOf(kind, render(object, OWN_VERSION)),
        livemode: false,
        created: object.created,
      }))
      return { items: listed, next }
    })
  }
}

function invoiceFactsOf(invoice: ModelInvoice): InvoiceFacts | null {
  const facts = factsOf('invoice', render(invoice, OWN_VERSION))
  return facts.kind === 'invoice' ? facts.invoice : null
}

function pageAfter<Item>(
  items: readonly Item[],
  idOf: (item: Item) => string,
  after: string | null,
): Page<Item> {
  const begin = after === null ? 0 : items.findIndex((item) => idOf(item) === after) + 1
  const page = items.slice(begin, begin + PAGE)
  const last = page.at(-1)
  return { items: page, next: last !== undefined && begin + PAGE < items.length ? idOf(last) : null }
}
