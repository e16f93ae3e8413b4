import { refused, type StripeError } from '../errors.ts'

/** One condition of a search: `-metadata["key"]:"value"`. */
export interface Clause {
  negated: boolean
  field: string
  /** The key of `metadata["key"]`, else null. */
  key: string | null
  operator: ':' | '~' | '<' | '<=' | '>' | '>='
  value: string | number | null
}

export interface Query {
  clauses: readonly Clause[]
  /** Whether every clause must hold (`AND`, or nothing between them), or one is enough (`OR`). */
  all: boolean
}

// docs.stripe.com/search#search-query-language
export const MAX_CLAUSES = 10
export const MIN_SUBSTRING_CHARACTERS = 3

const CLAUSE =
  /^(-)?([a-z][a-z0-9_.]*)(?:\[("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')\])?\s*(>=|<=|[:~<>])\s*("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|null(?![\w.])|-?\d+(?:\.\d+)?(?![\w.]))\s*/i
const JOIN = /^(AND|OR)\s+/i

/**
 * Reads Stripe's search query language. Text stands in quotes, numbers and `null` do not; there are no parentheses.
 * @throws StripeError 400 where it cannot be read, mixes AND and OR, or has more than ten clauses.
 */
export function parseQuery(text: string): Query {
  const clauses: Clause[] = []
  const joins = new Set<string>()
  let rest = text.trim()
  while (rest !== '') {
    const match = CLAUSE.exec(rest)
    if (match === null) throw unreadable(rest)
    clauses.push(clauseOf(match))
    rest = rest.slice(match[0].length)
    const join = JOIN.exec(rest)
    if (rest !== '') joins.add(join?.[1]?.toUpperCase() ?? 'AND')
    if (join === null) continue
    rest = rest.slice(join[0].length)
    if (rest === '') throw unreadable(text)
  }
  if (clauses.length === 0) throw unreadable(text)
  if (clauses.length > MAX_CLAUSES) throw refused(`A search has at most ${MAX_CLAUSES} clauses.`, 'query')
  if (joins.size > 1) throw refused('AND and OR cannot be combined in one search.', 'query')
  return { clauses, all: !joins.has('OR') }
}

function clauseOf(match: RegExpExecArray): Clause {
  const [, minus, field = '', key, operator, value = ''] = match
  return {
    negated: minus !== undefined,
    field: field.toLowerCase(),
    key: key === undefined ? null : unquoted(key),
    operator: operator as Clause['operator'],
    value: literalOf(value),
  }
}

function literalOf(text: string): string | number | null {
  if (/^["']/.test(text)) return unquoted(text)
  return text.toLowerCase() === 'null' ? null : Number(text)
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, '$1')
}

function unreadable(at: string): StripeError {
  return refused(`We were unable to parse your search query at: ${at.slice(0, 100)}`, 'query')
}
