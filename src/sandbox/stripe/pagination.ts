import type { Account } from './account.ts'
import type { Collection } from './collection.ts'
import { noSuch, refused } from './errors.ts'
import { either, hash, integer, text } from './params.ts'
import type { ListObject } from './wire.ts'

// docs.stripe.com/api/pagination
export const DEFAULT_LIMIT = 10
export const MAX_LIMIT = 100

/** The parameters that every list takes. */
export const pageParams = {
  limit: integer(1, MAX_LIMIT),
  starting_after: text(),
  ending_before: text(),
} as const

interface PageRequest {
  limit?: number
  starting_after?: string
  ending_before?: string
}

/** A moment, or a range of moments, in seconds since 1970. */
export const createdParam = either(
  hash({ gt: integer(), gte: integer(), lt: integer(), lte: integer() }),
  integer(),
)

type CreatedFilter = number | { gt?: number; gte?: number; lt?: number; lte?: number }

/** Whether `created` lies in the range; no filter takes all. */
export function inRange(created: number, filter: CreatedFilter | undefined): boolean {
  if (filter === undefined) return true
  if (typeof filter === 'number') return created === filter
  return (
    created > (filter.gt ?? Number.NEGATIVE_INFINITY) &&
    created >= (filter.gte ?? Number.NEGATIVE_INFINITY) &&
    created < (filter.lt ?? Number.POSITIVE_INFINITY) &&
    created <= (filter.lte ?? Number.POSITIVE_INFINITY)
  )
}

/** Whether the object has what the request asks for in these fields. What it leaves out takes all. */
export function fits<Key extends string>(
  object: { readonly [key in Key]?: unknown },
  asked: { readonly [key in Key]?: unknown },
  ...fields: readonly Key[]
): boolean {
  return fields.every((field) => asked[field] === undefined || object[field] === asked[field])
}

/** One page of the objects that `keep` takes, newest first. The cursor may be an object that the filter drops. */
export function page<Item extends { id: string }>(
  account: Account,
  collection: Collection<Item>,
  request: PageRequest,
  url: string,
  keep: (item: Item) => boolean = () => true,
): ListObject<Item> {
  const cursor = request.starting_after ?? request.ending_before
  if (
    cursor !== undefined &&
    collection.get(cursor) === undefined &&
    account.state.find(cursor) === undefined
  ) {
    throw noSuch(
      collection.kind,
      cursor,
      request.starting_after === undefined ? 'ending_before' : 'starting_after',
    )
  }
  return pageOf(
    collection.newestFirst().filter((item) => item.id === cursor || keep(item)),
    request,
    url,
  )
}

/** One page of a list that is already in its order. */
export function pageOf<Item extends { id: string }>(
  items: Item[],
  request: PageRequest,
  url: string,
): ListObject<Item> {
  const limit = request.limit ?? DEFAULT_LIMIT
  const { starting_after: after, ending_before: before } = request
  if (after !== undefined && before !== undefined) {
    throw refused(
      'Received both ending_before and starting_after parameters. Pass only one.',
      'ending_before',
    )
  }
  if (before !== undefined) {
    const end = positionOf(items, before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', data: items.slice(start, end), has_more: start > 0, url }
  }
  const start = after === undefined ? 0 : positionOf(items, after, 'starting_after') + 1
  return {
    object: 'list',
    data: items.slice(start, start + limit),
    has_more: items.length > start + limit,
    url,
  }
}

function positionOf(items: { id: string }[], id: string, param: string): number {
  const position = items.findIndex((item) => item.id === id)
  if (position === -1) throw noSuch('object', id, param)
  return position
}
