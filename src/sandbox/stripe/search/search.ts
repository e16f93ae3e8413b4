import type { Account } from '../account.ts'
import type { Collection } from '../collection.ts'
import { type Endpoint, endpoint, type Route } from '../endpoint.ts'
import { refused } from '../errors.ts'
import { DEFAULT_LIMIT, MAX_LIMIT } from '../pagination.ts'
import { hash, integer, required, text } from '../params.ts'
import type { State } from '../state.ts'
import type { Searchable } from './fields.ts'
import { matcherOf } from './match.ts'
import { parseQuery } from './query.ts'

const COLLECTIONS: Record<Searchable, (state: State) => Collection<{ id: string }>> = {
  charges: (state) => state.charges,
  customers: (state) => state.customers,
  invoices: (state) => state.invoices,
  payment_intents: (state) => state.paymentIntents,
  prices: (state) => state.prices,
  products: (state) => state.products,
  subscriptions: (state) => state.subscriptions,
}

/** `GET /v1/RESOURCE/search` of each resource that has it: docs.stripe.com/search. */
export const searchRoutes: readonly Route[] = (Object.keys(COLLECTIONS) as Searchable[]).map((resource) => [
  'GET',
  `/v1/${resource}/search`,
  searchOf(resource),
])

function searchOf(resource: Searchable): Endpoint {
  return endpoint(
    hash({ limit: integer(1, MAX_LIMIT), page: text(), query: required(text()) }),
    (account, params) => {
      const matches = matcherOf(resource, parseQuery(params.query))
      const found = visible(account, resource).filter(matches)
      const start = params.page === undefined ? 0 : offsetOf(params.page, params.query)
      const end = start + (params.limit ?? DEFAULT_LIMIT)
      return {
        object: 'search_result',
        data: found.slice(start, end),
        has_more: found.length > end,
        next_page: found.length > end ? pageToken(end, params.query) : null,
        total_count: found.length,
        url: `/v1/${resource}/search`,
      }
    },
  )
}

/** Newest first, as the index has them. */
function visible(account: Account, resource: Searchable): object[] {
  const objects = COLLECTIONS[resource](account.state).newestFirst()
  return account.searchIndex.shown(
    objects.map((object) => ({ ...object })),
    account.clock.now,
  )
}

function pageToken(offset: number, query: string): string {
  return Buffer.from(JSON.stringify([offset, query])).toString('base64url')
}

function offsetOf(token: string, query: string): number {
  try {
    const [offset, of] = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'))
    if (Number.isSafeInteger(offset) && of === query) return offset
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  throw refused('This is no page of this search.', 'page')
}
